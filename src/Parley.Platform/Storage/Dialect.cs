using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Parley.Platform.Storage;

/// <summary>
/// All that differs between the two engines' SQL: bulk statements, claiming rows without waiting, types, and what an error code means.
/// </summary>
public abstract partial class Dialect
{
    /// <summary>The engine's name: <c>sqlite</c> or <c>postgres</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Appended to a select inside an update that claims rows, so that claimers never wait for each other.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Appended to a select whose rows nobody else may change until the transaction ends.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Begins a reading transaction that sees one moment of the database and holds up no writer; COMMIT ends it.</summary>
    public abstract string BeginSnapshot { get; }

    /// <summary>
    /// Run on a connection before a query that sorts more than memory should hold; empty where the engine spills by itself.
    /// </summary>
    public abstract string SortOnDisk { get; }

    /// <summary>Run after it: the connection is used again.</summary>
    public abstract string SortAsUsual { get; }

    /// <summary>True when other connections, of this node or another, may write at the same time.</summary>
    public abstract bool SeveralWriters { get; }

    /// <summary>What a migration's <c>$name$</c> stands for.</summary>
    public abstract IReadOnlyDictionary<string, string> MigrationWords { get; }

    /// <summary>
    /// A condition that a column is among a list parameter: the driver of the one engine takes an array, for the other Dapper writes the list out.
    /// </summary>
    public static string Among(DbConnection connection, string column, string parameter) =>
        connection is NpgsqlConnection ? $"{column} = ANY({parameter})" : $"{column} IN {parameter}";

    /// <summary>A condition that a column is among a list parameter.</summary>
    public abstract string Among(string column, string parameter);

    /// <summary>
    /// Tells what an exception of the driver means. A broken CHECK whose name ends in <c>_contention</c> is how a statement says that
    /// what it builds on has changed.
    /// </summary>
    public abstract StorageFault Classify(Exception error);

    internal abstract string Insert(string table, IReadOnlyList<BulkColumn> columns, string onConflict, string key);

    internal abstract string Update(string table, IReadOnlyList<BulkColumn> columns, string set, string where);

    internal abstract string Delete(string table, IReadOnlyList<BulkColumn> columns, string where);

    private protected static string Names(IReadOnlyList<BulkColumn> columns) => string.Join(", ", columns.Select(c => c.Name));

    [GeneratedRegex(@"\bv\.(\w+)")]
    private protected static partial Regex RowValue();
}

/// <summary>What went wrong in the database, as far as callers act on it.</summary>
public enum StorageFault
{
    /// <summary>A statement was wrong for these rows (constraint, type): repeating it fails again.</summary>
    Statement,

    /// <summary>Lost against another transaction (deadlock, serialisation): repeating it may succeed at once.</summary>
    Contention,

    /// <summary>The database can't be reached or written (connection, disk full, shutdown): later it may.</summary>
    Unavailable,
}

internal sealed class SqliteDialect : Dialect
{
    public override string Name => "sqlite";

    public override string SkipLocked => "";

    public override string ForUpdate => "";

    public override string BeginSnapshot => "BEGIN DEFERRED";

    public override string SortOnDisk => "PRAGMA temp_store=FILE";

    public override string SortAsUsual => "PRAGMA temp_store=MEMORY";

    public override bool SeveralWriters => false;

    public override IReadOnlyDictionary<string, string> MigrationWords { get; } =
        new Dictionary<string, string> { ["blob"] = "blob", ["clustered"] = "WITHOUT ROWID", ["narrow"] = "WITHOUT ROWID" };

    public override string Among(string column, string parameter) => $"{column} IN {parameter}";

    public override StorageFault Classify(Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: 19 } s when s.Message.Contains("_contention", StringComparison.Ordinal) => StorageFault.Contention,
        SqliteException { SqliteErrorCode: 5 or 6 } => StorageFault.Contention, // BUSY, LOCKED
        SqliteException { SqliteErrorCode: 8 or 10 or 11 or 13 or 14 or 26 } => StorageFault.Unavailable, // READONLY IOERR CORRUPT FULL CANTOPEN NOTADB
        IOException => StorageFault.Unavailable,
        _ => StorageFault.Statement,
    };

    internal override string Insert(string table, IReadOnlyList<BulkColumn> columns, string onConflict, string key) =>
        $"INSERT INTO {table} ({Names(columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"?{i + 1}"))}) {onConflict}";

    internal override string Update(string table, IReadOnlyList<BulkColumn> columns, string set, string where) =>
        $"UPDATE {table} SET {Numbered(set, columns)} WHERE {Numbered(where, columns)}";

    internal override string Delete(string table, IReadOnlyList<BulkColumn> columns, string where) =>
        $"DELETE FROM {table} WHERE {Numbered(where, columns)}";

    private static string Numbered(string sql, IReadOnlyList<BulkColumn> columns) => RowValue().Replace(sql, match =>
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Name == match.Groups[1].Value) return $"?{i + 1}";
        throw new InvariantBroken($"{match.Value} is not among the columns of the bulk statement");
    });
}

internal sealed class PostgresDialect : Dialect
{
    public override string Name => "postgres";

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override string ForUpdate => "FOR UPDATE";

    public override string BeginSnapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    public override string SortOnDisk => "";

    public override string SortAsUsual => "";

    public override bool SeveralWriters => true;

    public override IReadOnlyDictionary<string, string> MigrationWords { get; } =
        new Dictionary<string, string>
        {
            ["blob"] = "bytea",
            ["clustered"] = "",
            // Rows that change often leave room on their page, so that an update that touches no index stays there.
            ["narrow"] = "WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05)",
        };

    public override string Among(string column, string parameter) => $"{column} = ANY({parameter})";

    public override StorageFault Classify(Exception error) => error switch
    {
        PostgresException { SqlState: "23514" } p when p.ConstraintName?.EndsWith("_contention", StringComparison.Ordinal) == true
            => StorageFault.Contention,
        PostgresException { SqlState: "40001" or "40P01" } => StorageFault.Contention,
        PostgresException p when p.SqlState.StartsWith("53", StringComparison.Ordinal) // insufficient resources, disk full among them
            || p.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || p.SqlState.StartsWith("58", StringComparison.Ordinal)
            || p.SqlState.StartsWith("08", StringComparison.Ordinal)
            // Not let in: being moved, restored, its password changed.
            || p.SqlState.StartsWith("28", StringComparison.Ordinal)
            // Ended by somebody's time limit or hand, not by what it said.
            || p.SqlState is "57014" or "55P03" or "25P03" or "25P04"
            || p.SqlState is "25006" or "3D000" or "55000" => StorageFault.Unavailable,
        PostgresException => StorageFault.Statement,
        NpgsqlException or IOException or TimeoutException or DbException => StorageFault.Unavailable,
        _ => StorageFault.Statement,
    };

    internal override string Insert(string table, IReadOnlyList<BulkColumn> columns, string onConflict, string key) =>
        key.Length == 0
            ? $"INSERT INTO {table} ({Names(columns)}) SELECT {Names(columns)} FROM {Rows(columns)} {onConflict}"
            // Told apart by a hashed subplan, whose place a join takes but for IS TRUE: a lane knows no hash joins.
            : $"""
              WITH v AS MATERIALIZED (SELECT * FROM {Rows(columns)}),
                made AS (INSERT INTO {table} ({Names(columns)}) SELECT {Names(columns)} FROM v {onConflict} RETURNING {key})
              SELECT v.ordinality FROM v WHERE (({Of("v", key)}) IN (SELECT {key} FROM made)) IS TRUE
              """;

    internal override string Update(string table, IReadOnlyList<BulkColumn> columns, string set, string where) =>
        $"UPDATE {table} SET {set} FROM {Rows(columns)} WHERE {where} RETURNING v.ordinality";

    internal override string Delete(string table, IReadOnlyList<BulkColumn> columns, string where) =>
        $"DELETE FROM {table} USING {Rows(columns)} WHERE {where} RETURNING v.ordinality";

    private static string Of(string row, string key) =>
        string.Join(", ", key.Split(',', StringSplitOptions.TrimEntries).Select(column => $"{row}.{column}"));

    private static string Rows(IReadOnlyList<BulkColumn> columns) =>
        $"unnest({string.Join(", ", columns.Select((c, i) => $"${i + 1}::{TypeOf(c.Type)}[]"))}) WITH ORDINALITY AS v({Names(columns)}, ordinality)";

    private static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Int => "bigint",
        ColumnType.Text => "text",
        _ => "bytea",
    };
}
