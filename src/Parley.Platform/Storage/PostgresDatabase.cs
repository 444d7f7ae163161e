using System.Data;
using System.Data.Common;
using Npgsql;
using Parley.Platform.Batching;

namespace Parley.Platform.Storage;

/// <summary>PostgreSQL 13 or later. A few writing lanes, each with a connection of its own, and a pool for everything else.</summary>
internal sealed class PostgresDatabase : Database
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _laneSource;
    private readonly Batcher[] _batchers;
    private readonly NpgsqlConnection?[] _lanes;
    private readonly SemaphoreSlim _transactions;

    public PostgresDatabase(StorageOptions options) : base(options, new PostgresDialect())
    {
        var connection = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            ApplicationName = "parley",
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = Math.Max(16, (options.Readers * 2) + options.Writers + 4),
            IncludeErrorDetail = false,
            // Nothing here changes a session's settings; taking them back before each read costs more than many a read.
            NoResetOnClose = true,
        };
        if (connection.CommandTimeout is 0 or > 60) connection.CommandTimeout = 30;
        _source = NpgsqlDataSource.Create(connection);
        // A lane's session has settings of its own, so it never comes into the pool.
        connection.Pooling = false;
        _laneSource = NpgsqlDataSource.Create(connection);
        _lanes = new NpgsqlConnection?[options.Writers];
        _transactions = new SemaphoreSlim(options.Readers);
        _batchers = [.. Enumerable.Range(0, options.Writers).Select(lane => new Batcher(this, lane, options.MaxWaitingWrites))];
    }

    public override int WaitingWrites => _batchers.Sum(b => b.Waiting);

    public override long Postponed => _batchers.Sum(b => b.Postponed);

    public override string? Trouble => _batchers.Select(b => b.Trouble).FirstOrDefault(t => t is not null);

    internal NpgsqlDataSource Source => _source;

    public override async Task<T> Transact<T>(Func<Tx, T> work, CancellationToken cancel)
    {
        await _transactions.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Alone(work), cancel);
        }
        finally
        {
            _transactions.Release();
        }
    }

    public override Task Drain(CancellationToken cancel) => Task.WhenAll(_batchers.Select(b => b.Drain(cancel)));

    public override async ValueTask DisposeAsync()
    {
        foreach (var batcher in _batchers) await batcher.DisposeAsync();
        foreach (var lane in _lanes)
            if (lane is not null) await lane.DisposeAsync();
        await _laneSource.DisposeAsync();
        await _source.DisposeAsync();
    }

    internal override Batcher Batcher(int lane) => _batchers[(uint)lane % (uint)_batchers.Length];

    internal override Tx Flush(int lane, Action<Tx> work)
    {
        var connection = _lanes[lane];
        try
        {
            connection ??= _lanes[lane] = OpenLane();
            var tx = new PostgresTx(connection, Dialect);
            using (tx) Complete(tx, work);
            return tx;
        }
        catch (Exception error)
        {
            var away = Dialect.Classify(error) == StorageFault.Unavailable;
            // Some errors of single statements end the session, too: on a dead one everything that follows would fail.
            if (away || connection is { State: not ConnectionState.Open })
            {
                _lanes[lane] = null;
                connection?.Dispose();
            }
            // Most likely the server is away, and what the pool holds is as dead.
            if (away) _source.Clear();
            throw;
        }
    }

    private protected override async ValueTask<DbConnection> OpenReader(CancellationToken cancel) => await _source.OpenConnectionAsync(cancel);

    /// <summary>
    /// A flush touches rows by their keys, and says so: a plan made while a table was small, and kept, would read the
    /// whole of it later.
    /// </summary>
    private NpgsqlConnection OpenLane()
    {
        var connection = _laneSource.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand(
                "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; " +
                "SET plan_cache_mode = force_generic_plan; " +
                // What the role or the server sets is for people; here the driver's time limit holds. Some are newer than others.
                "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', " +
                "'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout')",
                connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch (Exception)
        {
            connection.Dispose();
            throw;
        }
    }

    private T Alone<T>(Func<Tx, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = _source.OpenConnection();
                using var tx = new PostgresTx(connection, Dialect);
                T? result = default;
                Complete(tx, open => result = work(open));
                tx.RunAfterCommit();
                return result!;
            }
            catch (PostgresException error) when (attempt < 5 && Dialect.Classify(error) == StorageFault.Contention)
            {
                // Nothing of it stays, and the work is written to be run again.
            }
        }
    }

    private static void Complete(PostgresTx tx, Action<Tx> work)
    {
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
    }
}
