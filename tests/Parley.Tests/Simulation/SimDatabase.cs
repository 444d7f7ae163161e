using System.Data.Common;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Simulation;

/// <summary>
/// The database that the simulated nodes share. The schema is made once and emptied for each seed; on SQLite the file
/// lies in memory where the machine has such a folder, because nothing here is about the disk.
/// </summary>
internal sealed class SimDatabase : IAsyncDisposable
{
    private static readonly string[] Kept = ["market_entries", "market_signing_keys"];

    private readonly Database _database;
    private readonly string _folder;
    private readonly TestEngine? _engine;
    private readonly string[] _tables;
    private readonly DbConnection _reader;

    private SimDatabase(Database database, string folder, TestEngine? engine, string[] tables)
    {
        (_database, _folder, _engine, _tables) = (database, folder, engine, tables);
        _reader = database is SqliteDatabase sqlite ? new SqliteConnection(sqlite.ConnectionString)
            : ((PostgresDatabase)database).Source.CreateConnection();
        _reader.Open();
    }

    public Database Database => _database;

    public bool IsSqlite => _engine is null;

    public static async Task<SimDatabase> Make(string engineName)
    {
        var engine = engineName == "sqlite" ? null : await TestEngine.Create(engineName);
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Path.Combine(memory, "parley-simulation-" + Guid.NewGuid().ToString("n"));
        var storage = (engine?.Storage ?? new StorageOptions())
            with
        { Folder = folder, CommitIntervalMilliseconds = 0 };
        var database = Database.Open(storage);
        Assembly[] assemblies = [typeof(Database).Assembly, typeof(Books).Assembly, typeof(Catalogue).Assembly];
        await Migrations.Run(database, assemblies, CancellationToken.None);
        var sql = engine is null ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
        var tables = await database.Read(c => c.Query<string>(sql).ToList(), CancellationToken.None);
        return new(database, folder, engine, [.. tables.Where(IsOurs).Order(StringComparer.Ordinal)]);
    }

    public void Empty() => Write(tx =>
    {
        foreach (var table in _tables) tx.Execute($"DELETE FROM {table}");
    });

    /// <summary>A transaction on this thread; what loses against another runs again, as the platform has it.</summary>
    public void Write(Action<Tx> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _database.Flush(0, work).RunAfterCommit();
                return;
            }
            catch (DbException error) when (
                attempt < 5 && _database.Dialect.Classify(error) == StorageFault.Contention)
            {
                // Nothing of it stays.
            }
        }
    }

    /// <summary>Asks on a connection of the simulation's own.</summary>
    public T Ask<T>(Func<DbConnection, T> query) => query(_reader);

    /// <summary>Waits on this thread: outside of every strand.</summary>
    public static T Wait<T>(Func<Task<T>> work)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return work().GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _database.DisposeAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        if (_engine is not null) await _engine.DisposeAsync();
    }

    private static bool IsOurs(string table) =>
        !Kept.Contains(table) && (table is "jobs" or "nodes" || table.StartsWith("market_", StringComparison.Ordinal)
            || table.StartsWith("ledger_", StringComparison.Ordinal));
}
