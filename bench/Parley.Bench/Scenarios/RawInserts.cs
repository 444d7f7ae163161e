using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>
/// The rows a server has just stored, inserted again with nothing around it: same tables and indexes, same engine.
/// </summary>
static class RawInserts
{
    static readonly string[] Tables = ["messages", "message_states"];

    public static async Task<double> PerSecond(ParleyPeer peer, int size, CancellationToken stop)
    {
        // The server is idle by now, but not gone: its files and its cluster are still there.
        return peer.PostgresConnection is { } connection
            ? await Postgres(connection, size, stop)
            : Sqlite(Path.Combine(peer.DataFolder, "parley.db"), size);
    }

    static double Sqlite(string file, int size)
    {
        var copy = Path.Combine(Path.GetDirectoryName(file)!, "raw.db");
        using var source = new SqliteConnection($"Data Source={file};Pooling=false");
        using var target = new SqliteConnection($"Data Source={copy};Pooling=false");
        source.Open();
        target.Open();
        Execute(target, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768;");
        // Tables before their indexes.
        const string definitions = """
            SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('messages', 'message_states')
            ORDER BY type DESC
            """;
        foreach (var definition in Read(source, definitions)) Execute(target, (string)definition[0]);
        var rows = Tables.Select(t => Read(source, $"SELECT * FROM {t} ORDER BY id")).ToArray();
        var inserts = Tables.Select((t, i) => Prepared(target, t, rows[i][0].Length)).ToArray();
        var count = rows.Min(r => r.Count);
        var started = Stopwatch.GetTimestamp();
        for (var first = 0; first < count; first += size)
        {
            using var transaction = target.BeginTransaction();
            for (var table = 0; table < Tables.Length; table++)
                Insert(inserts[table], transaction, rows[table], first, Math.Min(first + size, count));
            transaction.Commit();
        }
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static void Insert(SqliteCommand insert, SqliteTransaction transaction, List<object[]> rows, int first, int end)
    {
        insert.Transaction = transaction;
        for (var row = first; row < end; row++)
        {
            for (var i = 0; i < rows[row].Length; i++) insert.Parameters[i].Value = rows[row][i];
            insert.ExecuteNonQuery();
        }
    }

    static SqliteCommand Prepared(SqliteConnection connection, string table, int columns)
    {
        var command = connection.CreateCommand();
        var values = string.Join(", ", Enumerable.Range(0, columns).Select(i => $"@p{i}"));
        command.CommandText = $"INSERT INTO {table} VALUES ({values})";
        for (var i = 0; i < columns; i++) command.Parameters.Add(new SqliteParameter($"@p{i}", DBNull.Value));
        return command;
    }

    static async Task<double> Postgres(string connectionString, int size, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(stop);
        var rows = Tables.Select(t => Read(connection, $"SELECT * FROM {t} ORDER BY id")).ToArray();
        var inserts = Tables.Select(t => UnnestInsert.Into(connection, t)).ToArray();
        var count = rows.Min(r => r.Count);
        var started = Stopwatch.GetTimestamp();
        for (var first = 0; first < count; first += size)
        {
            await using var batch = new NpgsqlBatch(connection);
            for (var table = 0; table < Tables.Length; table++)
                batch.BatchCommands.Add(inserts[table].Command(rows[table], first, Math.Min(first + size, count)));
            await batch.PrepareAsync(stop);
            await batch.ExecuteNonQueryAsync(stop);
        }
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static List<object[]> Read(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }
        return rows;
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
