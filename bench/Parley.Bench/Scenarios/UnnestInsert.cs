using Npgsql;
using NpgsqlTypes;

namespace Parley.Bench.Scenarios;

/// <summary>One statement for many rows: an array a column.</summary>
sealed class UnnestInsert
{
    readonly string sql;
    readonly NpgsqlDbType[] types;

    UnnestInsert(string sql, NpgsqlDbType[] types) => (this.sql, this.types) = (sql, types);

    /// <summary>Makes an empty twin of the table, with its indexes, and the statement that fills it.</summary>
    public static UnnestInsert Into(NpgsqlConnection connection, string table)
    {
        Execute(connection, $"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)");
        var columns = Columns(connection, table);
        var arrays = string.Join(", ", columns.Select((type, i) => $"${i + 1}::{type}[]"));
        return new($"INSERT INTO raw_{table} SELECT * FROM unnest({arrays})", [.. columns.Select(TypeOf)]);
    }

    public NpgsqlBatchCommand Command(List<object[]> rows, int first, int end)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < types.Length; i++)
        {
            var column = i;
            var values = rows.Skip(first).Take(end - first).Select(row => row[column]);
            var array = Typed(types[i], values);
            command.Parameters.Add(new() { Value = array, NpgsqlDbType = types[i] | NpgsqlDbType.Array });
        }
        return command;
    }

    static Array Typed(NpgsqlDbType type, IEnumerable<object> values) => type switch
    {
        NpgsqlDbType.Bigint => values.Select(v => v as long?).ToArray(),
        NpgsqlDbType.Text => values.Select(v => v as string).ToArray(),
        _ => values.Select(v => v as byte[]).ToArray(),
    };

    static List<string> Columns(NpgsqlConnection connection, string table)
    {
        const string sql =
            "SELECT data_type FROM information_schema.columns WHERE table_name = @table ORDER BY ordinal_position";
        using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("table", table);
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read()) columns.Add(reader.GetString(0));
        return columns;
    }

    static NpgsqlDbType TypeOf(string column) => column switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "text" => NpgsqlDbType.Text,
        "bytea" => NpgsqlDbType.Bytea,
        _ => throw new NotSupportedException($"A column of type {column}"),
    };

    static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
