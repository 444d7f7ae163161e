using System.Data.Common;
using Microsoft.Data.Sqlite;
using Parley.Platform.Batching;
using SQLitePCL;

namespace Parley.Platform.Storage;

/// <summary>
/// SQLite in WAL mode with synchronous=FULL: a commit is on disk when it returns. One writing connection on the batcher's thread, many
/// readers, and checkpoints on a thread of their own.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private const long CheckpointFromBytes = 16L << 20;
    private const long TruncateFromBytes = 256L << 20;

    private readonly string _readerString;
    private readonly string _file;
    private readonly FileStream _guard;
    private readonly SqliteConnection _writer;
    private readonly Dictionary<object, sqlite3_stmt> _prepared = [];
    private readonly Batcher _batcher;
    private readonly Thread _checkpointer;
    private readonly CancellationTokenSource _stopping = new();

    public SqliteDatabase(StorageOptions options) : base(options, new SqliteDialect())
    {
        Directory.CreateDirectory(options.Folder);
        _file = Path.Combine(options.Folder, "parley.db");
        _guard = Guard(_file + ".lock");
        var connection = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false };
        _writer = Connect(connection.ToString(), "PRAGMA wal_autocheckpoint=0;");
        _readerString = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = true }.ToString();
        _batcher = new Batcher(this, 0, options.MaxWaitingWrites);
        _checkpointer = new Thread(Checkpoint) { IsBackground = true, Name = "sqlite checkpoints" };
        _checkpointer.Start();
    }

    public override int WaitingWrites => _batcher.Waiting;

    public override string? Trouble => _batcher.Trouble;

    internal string ConnectionString => _readerString;

    public override Task<T> Transact<T>(Func<Tx, T> work, CancellationToken cancel)
    {
        var alone = new LoneWork<T>(tx => InSavepoint((SqliteTx)tx, work));
        return _batcher.Add(LoneWork<T>.Operation, alone) ? alone.Done : throw new StorageOverloaded();
    }

    public override Task Drain(CancellationToken cancel) => _batcher.Drain(cancel);

    public override async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        await _stopping.CancelAsync();
        _checkpointer.Join();
        foreach (var statement in _prepared.Values) statement.Dispose();
        await _writer.DisposeAsync();
        using (var readers = new SqliteConnection(_readerString)) SqliteConnection.ClearPool(readers);
        await _guard.DisposeAsync();
        _stopping.Dispose();
    }

    internal override Batcher Batcher(int lane) => _batcher;

    internal override void Flush(int lane, Action<Tx> work)
    {
        using var tx = new SqliteTx(_writer, _prepared, Dialect);
        try
        {
            work(tx);
            tx.Commit();
        }
        catch (Exception)
        {
            tx.RunOnRollback(0);
            throw;
        }
        tx.RunAfterCommit();
        if (WalBytes() > TruncateFromBytes) Execute(_writer, "PRAGMA wal_checkpoint(TRUNCATE);");
    }

    private protected override ValueTask<DbConnection> OpenReader(CancellationToken cancel) =>
        ValueTask.FromResult<DbConnection>(Connect(_readerString, "PRAGMA query_only=1;"));

    private static T InSavepoint<T>(SqliteTx tx, Func<Tx, T> work)
    {
        // What shares the commit must not fall with it: a failing transaction takes back only itself.
        var (hooks, rollbackHooks) = (tx.Hooks, tx.RollbackHooks);
        tx.Savepoint();
        try
        {
            var result = work(tx);
            tx.ReleaseSavepoint();
            return result;
        }
        catch (Exception)
        {
            tx.ForgetHooksFrom(hooks);
            tx.RunOnRollback(rollbackHooks);
            tx.RollbackToSavepoint();
            throw;
        }
    }

    private static FileStream Guard(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new StorageInUse(file[..^".lock".Length]);
        }
    }

    private static SqliteConnection Connect(string connectionString, string more)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;" + more);
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long WalBytes()
    {
        var wal = new FileInfo(_file + "-wal");
        return wal.Exists ? wal.Length : 0;
    }

    private void Checkpoint()
    {
        using var connection = Connect(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false }.ToString(), "");
        var checkpointedAt = 0L;
        while (!_stopping.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(250)))
        {
            var bytes = WalBytes();
            if (bytes < checkpointedAt) checkpointedAt = 0;
            if (bytes - checkpointedAt < CheckpointFromBytes) continue;
            try
            {
                Execute(connection, "PRAGMA wal_checkpoint(PASSIVE);");
                checkpointedAt = bytes;
            }
            catch (SqliteException)
            {
                // Disk full or busy: the writer meets the same trouble and reports it; the next round tries again.
            }
        }
    }
}
