using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Parley.Platform.Storage;

/// <summary>Looks into a database that another process may have open, and changes nothing in it.</summary>
public static class DatabaseReader
{
    /// <summary>Opens a connection, runs the query, closes it.</summary>
    /// <exception cref="DbException">There is no such database, or it can't be reached.</exception>
    public static async Task<T> Read<T>(
        StorageOptions options, Func<DbConnection, Dialect, T> query, CancellationToken cancel)
    {
        await using DbConnection connection = options.Postgres.Length > 0
            ? new NpgsqlConnection(options.Postgres)
            : new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(options.Folder, "parley.db"),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
        await connection.OpenAsync(cancel);
        return query(connection, options.Postgres.Length > 0 ? new PostgresDialect() : new SqliteDialect());
    }
}
