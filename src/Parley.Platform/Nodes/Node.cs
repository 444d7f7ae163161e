using System.Data.Common;
using Dapper;
using Medallion.Threading.Postgres;
using Microsoft.Extensions.Logging;
using Parley.Platform.Storage;

namespace Parley.Platform.Nodes;

/// <summary>
/// This process among those that share the database. Its id is new at every start. On PostgreSQL a session advisory lock and a heartbeat say that it
/// lives; a node whose lock is free and whose heartbeat is old is gone, and others take over what it owned. SQLite has one node: all others are gone.
/// </summary>
public sealed partial class Node : IAsyncDisposable
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger<Node> _log;
    private readonly CancellationTokenSource _stopping = new();
    private PostgresDistributedLockHandle? _lock;

    // Since when the lock is held and the heart beats without a break (timestamp).
    private long? _soundSince;
    private Task _loop = Task.CompletedTask;

    /// <summary>Names the process; <see cref="Join"/> makes it known.</summary>
    public Node(Database database, Ids ids, TimeProvider time, ILogger<Node> log) =>
        (_database, _time, _log, Id) = (database, time, log, ids.Next());

    /// <summary>The node's id, new at every start.</summary>
    public string Id { get; }

    /// <summary>
    /// Another node is gone: take over what it owned, in the given transaction. Handlers subscribe before <see cref="Join"/>.
    /// </summary>
    public event Action<Tx, string>? Gone;

    /// <summary>Makes this node known and takes over what nodes that are gone left behind.</summary>
    public async Task Join(CancellationToken cancel)
    {
        await TakeLock(cancel);
        await _database.Transact(tx => Beat(tx), cancel);
        await TakeOver(cancel);
        if (_database is PostgresDatabase) _loop = Task.Run(BeatLoop, CancellationToken.None);
    }

    /// <summary>Leaves: other nodes take over at their next heartbeat, when everything that this one did is written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        if (_lock is not null) await SayGone();
        await Unlock();
        _stopping.Dispose();
    }

    private async Task SayGone()
    {
        using var longest = new CancellationTokenSource(LongestGoodbye);
        try
        {
            await _database.Drain(longest.Token);
            var said = _database.Transact(
                tx => tx.Execute("UPDATE nodes SET seen_at = 0 WHERE id = @Id", new { Id }), longest.Token);
            await said.WaitAsync(longest.Token);
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or OperationCanceledException)
        {
            // Then the others wait until its heartbeat is old.
            GoodbyeFailed(_log, error.Message);
        }
    }

    private void Beat(Tx tx) => tx.Execute(
        """
        INSERT INTO nodes (id, name, started_at, seen_at) VALUES (@id, @name, @now, @now)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
        """,
        new { id = Id, name = Environment.MachineName, now = _time.NowMicros() });

    private async Task BeatLoop()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BeatEvery, _time, _stopping.Token);
                await TakeLock(_stopping.Token);
                await _database.Transact(tx => Beat(tx), _stopping.Token);
                _soundSince ??= _time.GetTimestamp();
                // After the database was away all heartbeats are old and all locks free: the others get the time to come back.
                if (_time.GetElapsedTime(_soundSince.Value) >= GoneAfter) await TakeOver(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _soundSince = null;
                BeatFailed(_log, error.Message);
            }
        }
    }

    /// <summary>
    /// Takes the lock; that it is taken says that this node's session lives and has it. The library's own watch over a lock is a
    /// query that runs as long as the process, and while any query runs PostgreSQL removes no row that died since.
    /// </summary>
    private async Task TakeLock(CancellationToken cancel)
    {
        if (_database is not PostgresDatabase postgres) return;
        if (await LockOf(Id, postgres).TryAcquireAsync(TimeSpan.Zero, cancel) is not { } free) return;
        await Unlock();
        (_lock, _soundSince) = (free, null);
    }

    private async Task Unlock()
    {
        var held = _lock;
        _lock = null;
        try
        {
            if (held is not null) await held.DisposeAsync();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            // Its session has ended, and the lock with it.
            UnlockFailed(_log, error.Message);
        }
    }

    private async Task TakeOver(CancellationToken cancel)
    {
        var before = _database is PostgresDatabase ? _time.NowMicros() - Micros.From(GoneAfter) : long.MaxValue;
        var silent = await _database.Read(
            c => c.Query<string>("SELECT id FROM nodes WHERE id <> @Id AND seen_at < @before", new { Id, before }).ToList(), cancel);
        foreach (var other in silent)
        {
            PostgresDistributedLockHandle? proof = null;
            if (_database is PostgresDatabase postgres)
            {
                proof = await LockOf(other, postgres).TryAcquireAsync(TimeSpan.Zero, cancel);
                if (proof is null) continue;
            }
            await using (proof)
            {
                await _database.Transact(tx =>
                {
                    Gone?.Invoke(tx, other);
                    tx.Execute("DELETE FROM nodes WHERE id = @other", new { other });
                }, cancel);
            }
            TookOver(_log, other);
        }
    }

    private static PostgresDistributedLock LockOf(string node, PostgresDatabase postgres) =>
        new(new PostgresAdvisoryLockKey($"parley node {node}", allowHashing: true), postgres.Source);

    [LoggerMessage(LogLevel.Information, "Took over from node {Other}, which is gone")]
    private static partial void TookOver(ILogger log, string other);

    [LoggerMessage(LogLevel.Debug, "The other nodes were not told that this one leaves: {Reason}")]
    private static partial void GoodbyeFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Debug, "The node's lock was lost: {Reason}")]
    private static partial void UnlockFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Warning, "The node's heartbeat failed: {Reason}")]
    private static partial void BeatFailed(ILogger log, string reason);
}
