using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Parley.Platform.Batching;
using SQLitePCL;

namespace Parley.Platform.Storage;

/// <summary>
/// SQLite in WAL mode with synchronous=FULL: a commit is on disk when it returns. One writing connection on the
/// batcher's thread, many readers, and checkpoints on a thread of their own.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private const int CheckpointFromPages = 4_000; // 16 MB
    private const int MostAttempts = 5;
    private const int WritesCounted = 9; // SQLITE_DBSTATUS_CACHE_WRITE

    private readonly string _readerString;
    private readonly string _file;
    private readonly FileStream _guard;
    private readonly SqliteConnection _writer;
    private readonly Dictionary<object, sqlite3_stmt> _prepared = [];
    private readonly Batcher _batcher;
    private readonly Thread _checkpointer;
    // With what a connection is told when it is opened, the pool of the driver costs more than most reads.
    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];
    private readonly AutoResetEvent _checkpointDue = new(false);
    private int _pagesInLog;
    private volatile bool _copied;
    private volatile bool _stopping;

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        // It would count its memory, under one lock at each allocation. Refused, and no matter, where it is in use already.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteDatabase(StorageOptions options) : base(options, new SqliteDialect())
    {
        _file = Path.Combine(options.Folder, "parley.db");
        _guard = Guard(_file + ".lock");
        var connection = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false };
        _writer = Connect(connection.ToString(), "PRAGMA wal_autocheckpoint=0;");
        _readerString = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = true }.ToString();
        _batcher = new Batcher(this, 0, options.MaxWaitingWrites);
        _checkpointer = new Thread(CheckpointWhenDue) { IsBackground = true, Name = "sqlite checkpoints" };
        _checkpointer.Start();
    }

    public override int WaitingWrites => _batcher.Waiting;

    public override long Postponed => _batcher.Postponed;

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
        _stopping = true;
        _checkpointDue.Set();
        _checkpointer.Join();
        foreach (var statement in _prepared.Values) statement.Dispose();
        await _writer.DisposeAsync();
        while (_idleReaders.TryTake(out var reader)) await reader.DisposeAsync();
        using (var readers = new SqliteConnection(_readerString)) SqliteConnection.ClearPool(readers);
        await _guard.DisposeAsync();
        _checkpointDue.Dispose();
    }

    internal override Batcher Batcher(int lane) => _batcher;

    internal override Tx Flush(int lane, Action<Tx> work)
    {
        using var tx = new SqliteTx(_writer, _prepared, Dialect);
        try
        {
            work(tx);
            tx.WriteOut();
            tx.Commit();
        }
        catch (Exception)
        {
            tx.RunOnRollback(0);
            throw;
        }
        KeepLogShort();
        return tx;
    }

    /// <summary>
    /// The log is copied into the database by the checkpointer, beside the writer. What was written meanwhile is
    /// little, and is copied here, where nothing is written meanwhile: then the next flush starts the log anew. So its
    /// file stays small and is written in place, which is what makes a commit cheap: a growing file costs its file
    /// system a second write.
    /// </summary>
    private void KeepLogShort()
    {
        raw.sqlite3_db_status(_writer.Handle!, WritesCounted, out var pages, out _, 1);
        _pagesInLog += pages;
        if (_copied)
        {
            _copied = false;
            var (inLog, copied) = Checkpoint(_writer);
            _pagesInLog = inLog - copied;
            return;
        }
        if (_pagesInLog < CheckpointFromPages) return;
        _pagesInLog = 0;
        _checkpointDue.Set();
    }

    /// <summary>
    /// Copies what no reader forbids, waiting for nobody; answers the pages in the log and those of them that stand in
    /// the database now.
    /// </summary>
    private static (int InLog, int Copied) Checkpoint(SqliteConnection connection)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(
            connection.Handle!, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var inLog, out var copied);
        // Disk full or busy: the writer meets the same trouble and reports it; the next round tries again.
        return code == raw.SQLITE_OK ? (inLog, copied) : (0, 0);
    }

    private protected override ValueTask<DbConnection> OpenReader(CancellationToken cancel) =>
        ValueTask.FromResult<DbConnection>(
            _idleReaders.TryTake(out var idle) ? idle : Connect(_readerString, "PRAGMA query_only=1;"));

    private protected override ValueTask CloseReader(DbConnection connection, bool sound)
    {
        if (!sound || _stopping) return connection.DisposeAsync();
        _idleReaders.Add((SqliteConnection)connection);
        return ValueTask.CompletedTask;
    }

    private static T InSavepoint<T>(SqliteTx tx, Func<Tx, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            // What shares the commit must not fall with it: a failing transaction takes back only itself.
            var (hooks, rollbackHooks) = (tx.Hooks, tx.RollbackHooks);
            tx.Savepoint();
            try
            {
                var result = work(tx);
                tx.WriteOut();
                tx.ReleaseSavepoint();
                return result;
            }
            catch (Exception error)
            {
                tx.ForgetHooksFrom(hooks);
                tx.RunOnRollback(rollbackHooks);
                tx.RollbackToSavepoint(error);
                // It built on what was remembered, and that was wrong: now it isn't remembered.
                if (attempt == MostAttempts || tx.Dialect.Classify(error) != StorageFault.Contention) throw;
            }
        }
    }

    private static FileStream Guard(string file)
    {
        var folder = Path.GetFullPath(Path.GetDirectoryName(file)!);
        try
        {
            // Texts, numbers and carrier passwords are in it: a new folder is its owner's alone.
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, Owner);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(file))
        {
            throw new StorageInUse(file[..^".lock".Length]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder {folder} (Storage:Folder) can't be made or written: {error.Message}", error);
        }
    }

    private static SqliteConnection Connect(string connectionString, string more)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        const string usual =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY;";
        Execute(connection, usual + more);
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void CheckpointWhenDue()
    {
        var unpooled = new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false };
        using var connection = Connect(unpooled.ToString(), "");
        while (_checkpointDue.WaitOne() && !_stopping)
        {
            var (inLog, copied) = Checkpoint(connection);
            if (inLog > 0 && copied == inLog) _copied = true;
        }
    }
}
