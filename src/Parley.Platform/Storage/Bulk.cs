namespace Parley.Platform.Storage;

/// <summary>The type of a column in a bulk statement.</summary>
public enum ColumnType
{
    /// <summary>64-bit integer.</summary>
    Int,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>A column of a bulk statement.</summary>
public readonly record struct BulkColumn(string Name, ColumnType Type);

/// <summary>
/// One statement for many rows. Columns are declared as <c>"id text, at int, body blob"</c>; the dialect turns the statement into a
/// prepared loop (SQLite) or a single statement over <c>unnest</c> (PostgreSQL).
/// </summary>
/// <typeparam name="T">What a row is made from.</typeparam>
public abstract class Bulk<T>
{
    private volatile Sql? _sql;

    private protected Bulk(string table, string columns, Action<RowWriter, T> bind)
    {
        Table = table;
        Columns = Parse(columns);
        Bind = bind;
    }

    /// <summary>The table written to.</summary>
    public string Table { get; }

    /// <summary>The columns, in the order in which <see cref="Bind"/> writes them.</summary>
    public IReadOnlyList<BulkColumn> Columns { get; }

    /// <summary>Writes one row's values.</summary>
    public Action<RowWriter, T> Bind { get; }

    internal abstract string ToSql(Dialect dialect);

    /// <summary>The statement in the engine's words, put together once.</summary>
    internal string SqlFor(Dialect dialect)
    {
        var known = _sql;
        if (known is not null && known.Engine == dialect.Name) return known.Text;
        _sql = known = new(dialect.Name, ToSql(dialect));
        return known.Text;
    }

    private sealed record Sql(string Engine, string Text);

    private static BulkColumn[] Parse(string columns) =>
        [.. columns.Split(',', StringSplitOptions.TrimEntries).Select(column =>
        {
            var words = column.Split(' ', 2);
            Invariant.Holds(words.Length == 2);
            return new BulkColumn(words[0], Enum.Parse<ColumnType>(words[1], ignoreCase: true));
        })];
}

/// <summary>Inserts many rows.</summary>
/// <param name="table">The table.</param>
/// <param name="columns">Names and types of the columns.</param>
/// <param name="bind">Writes one row's values in that order.</param>
/// <param name="onConflict">What follows the values, such as <c>ON CONFLICT DO NOTHING</c>; empty for none.</param>
/// <param name="key">The columns that tell its rows apart, where it is to be heard which were inserted.</param>
/// <typeparam name="T">What a row is made from.</typeparam>
public sealed class BulkInsert<T>(
    string table, string columns, Action<RowWriter, T> bind, string onConflict = "", string key = "")
    : Bulk<T>(table, columns, bind)
{
    /// <summary>The conflict clause.</summary>
    public string OnConflict { get; } = onConflict;

    /// <summary>The columns that tell its rows apart; empty where nobody hears of them.</summary>
    public string Key { get; } = key;

    internal override string ToSql(Dialect dialect) => dialect.Insert(Table, Columns, OnConflict, Key);
}

/// <summary>
/// Updates many rows. In <paramref name="set"/> and <paramref name="where"/> a value of the row is written <c>v.name</c>, a column of the
/// table by its qualified name.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="columns">Names and types of the values, keys included.</param>
/// <param name="set">The assignments.</param>
/// <param name="where">Which row each set of values changes.</param>
/// <param name="bind">Writes one row's values in the order of the columns.</param>
/// <typeparam name="T">What a row is made from.</typeparam>
public sealed class BulkUpdate<T>(string table, string columns, string set, string where, Action<RowWriter, T> bind)
    : Bulk<T>(table, columns, bind)
{
    internal override string ToSql(Dialect dialect) => dialect.Update(Table, Columns, set, where);
}

/// <summary>Deletes many rows; see <see cref="BulkUpdate{T}"/> for the form of <paramref name="where"/>.</summary>
/// <param name="table">The table.</param>
/// <param name="columns">Names and types of the values.</param>
/// <param name="where">Which rows each set of values deletes.</param>
/// <param name="bind">Writes one row's values in the order of the columns.</param>
/// <typeparam name="T">What a row is made from.</typeparam>
public sealed class BulkDelete<T>(string table, string columns, string where, Action<RowWriter, T> bind)
    : Bulk<T>(table, columns, bind)
{
    internal override string ToSql(Dialect dialect) => dialect.Delete(Table, Columns, where);
}
