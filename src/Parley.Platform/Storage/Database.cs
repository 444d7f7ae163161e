using System.Data.Common;
using Parley.Platform.Batching;

namespace Parley.Platform.Storage;

/// <summary>
/// The one database, on either engine. Hot writes go through <see cref="Add"/> and share commits; other transactions through
/// <see cref="Transact{T}"/>; reads through <see cref="Read{T}"/>.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    private readonly SemaphoreSlim _readers;

    private protected Database(StorageOptions options, Dialect dialect) =>
        (Options, Dialect, _readers) = (options, dialect, new(options.Readers));

    /// <summary>Where the data lives.</summary>
    public StorageOptions Options { get; }

    /// <summary>The engine's differences.</summary>
    public Dialect Dialect { get; }

    /// <summary>
    /// Opens what the options name and runs no migration yet.
    /// </summary>
    /// <exception cref="StorageInUse">Another process has the SQLite database open.</exception>
    /// <exception cref="IOException">The SQLite database's folder can't be made or written.</exception>
    public static Database Open(StorageOptions options) =>
        options.Postgres.Length > 0 ? new PostgresDatabase(options) : new SqliteDatabase(options);

    /// <summary>
    /// Brings work to the next flush. False when <see cref="StorageOptions.MaxWaitingWrites"/> wait already and the work is impatient:
    /// the caller then answers "try later".
    /// </summary>
    public bool Add<T>(BatchOperation<T> operation, T work) where T : BatchWork => Batcher(work.Lane).Add(operation, work);

    /// <summary>Runs a transaction that is not hot. It runs alone: what it throws is thrown here, and nothing of it stays.</summary>
    public abstract Task<T> Transact<T>(Func<Tx, T> work, CancellationToken cancel);

    /// <summary>Runs a transaction that is not hot.</summary>
    public Task Transact(Action<Tx> work, CancellationToken cancel) => Transact(tx =>
    {
        work(tx);
        return true;
    }, cancel);

    /// <summary>Reads on a pooled connection, beside the writers.</summary>
    public async Task<T> Read<T>(Func<DbConnection, T> query, CancellationToken cancel)
    {
        await _readers.WaitAsync(cancel);
        try
        {
            var connection = await OpenReader(cancel);
            var sound = false;
            try
            {
                var result = query(connection);
                sound = true;
                return result;
            }
            finally
            {
                await CloseReader(connection, sound);
            }
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <summary>Writes waiting for a flush, over all lanes.</summary>
    public abstract int WaitingWrites { get; }

    /// <summary>Null when the last flush succeeded, else what went wrong.</summary>
    public abstract string? Trouble { get; }

    /// <summary>Flushes so far that could not be written, or of which the answer was lost: some of it may stand.</summary>
    public abstract long Postponed { get; }

    /// <summary>Ends when all that waits is written; new work is still taken meanwhile.</summary>
    public abstract Task Drain(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    internal abstract Batcher Batcher(int lane);

    /// <summary>One flush: opens a transaction, runs the work, commits. Called on the batcher's own thread.</summary>
    internal abstract Tx Flush(int lane, Action<Tx> work);

    private protected abstract ValueTask<DbConnection> OpenReader(CancellationToken cancel);

    /// <summary>Takes it back; what failed on it may have left it in a state of its own.</summary>
    private protected virtual ValueTask CloseReader(DbConnection connection, bool sound) => connection.DisposeAsync();
}

/// <summary>Another process has the SQLite database open.</summary>
public sealed class StorageInUse(string file) : Exception(
    $"The database {file} is in use by another process. SQLite serves one process at a time: stop the other one, choose another Storage:Folder, or use PostgreSQL.");
