using Microsoft.Data.Sqlite;

namespace Parley.Bench.Scenarios;

/// <summary>Multiplies a finished message into millions, by SQL.</summary>
static class Prefill
{
    static readonly string[] Tables = ["messages", "message_states", "message_parts"];

    /// <summary>Answers the size of the database in MB.</summary>
    public static double Run(string file, int rows)
    {
        Console.WriteLine($"  Filling {rows} finished messages");
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        Execute(connection, "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;");
        // Nothing of the pattern's own time matters: ids below all that the server will make keep the order of the
        // index.
        foreach (var table in Tables) Multiply(connection, table, rows);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        return new FileInfo(file).Length / 1048576.0;
    }

    static void Multiply(SqliteConnection connection, string table, int rows)
    {
        var columns = Columns(connection, table);
        var values = columns.Select(c => c switch
        {
            "id" or "message_id" => "printf('00000000000070008000%012x', n.i)",
            "carrier_message_id" => "printf('old%012d', n.i)",
            _ => "t." + c,
        });
        Execute(connection, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO {table} ({string.Join(", ", columns)})
            SELECT {string.Join(", ", values)} FROM n, (SELECT * FROM {table} LIMIT 1) t
            """);
    }

    static List<string> Columns(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid";
        using var reader = command.ExecuteReader();
        var columns = new List<string>();
        while (reader.Read()) columns.Add(reader.GetString(0));
        return columns.Count > 0 ? columns : throw new IOException($"No table {table}");
    }

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
