using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// Looks at the rows whose time has come (schedules, waits, deadlines) and takes up what a node that is gone left behind. Everything else goes from memory.
/// </summary>
internal sealed partial class Sweep(
    Database database, MessageTracker tracker, Dispatcher dispatcher, Receipts receipts, Node node, TimeProvider time,
    MessageMeter meter, ILogger<Sweep> log)
    : BackgroundService, IAsyncDisposable
{
    private const int AtOnce = 1_000;
    private const int Recoverable = 20_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TakeUpEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookForOrphansEvery = TimeSpan.FromSeconds(30);

    private long _recoverAfterChange = 1;
    private long _recovered;
    private long _postponedSeen;
    private HashSet<string> _loose = [];

    /// <summary>Another node's rows have become ours (also at the start): they are read soon.</summary>
    public void Recover() => Interlocked.Increment(ref _recoverAfterChange);

    /// <summary>Waits for the loop's end: it must not outlive the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cleanAt = time.GetTimestamp();
        var takeUpAt = 0L;
        var lookedAt = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Uncertain();
                await Recovered(stoppingToken);
                while (await Due(stoppingToken) == AtOnce)
                {
                }
                if (takeUpAt == 0 || time.GetElapsedTime(takeUpAt) > TakeUpEvery)
                {
                    takeUpAt = time.GetTimestamp();
                    await receipts.TakeUp(stoppingToken);
                }
                if (time.GetElapsedTime(lookedAt) > LookForOrphansEvery)
                {
                    lookedAt = time.GetTimestamp();
                    await LookForOrphans(stoppingToken);
                }
                if (time.GetElapsedTime(cleanAt) > CleanEvery)
                {
                    cleanAt = time.GetTimestamp();
                    await database.Transact(tx => UnmatchedReceiptStore.DeleteOld(tx, time.NowMicros()), stoppingToken);
                }
                await Task.Delay(Every, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                SweepFailed(log, error.Message);
                await Task.Delay(Every, time, CancellationToken.None);
            }
        }
    }

    /// <summary>One batch of rows whose time has come; answers how many.</summary>
    private async Task<int> Due(CancellationToken cancel)
    {
        // With no room nothing could be sent; deadlines wait for their turn, too, which comes as soon as the queues drain or a carrier is up again.
        var now = time.NowMicros();
        var most = dispatcher.HasRoom ? AtOnce : AtOnce / 10;
        var rows = await database.Read(connection => MessageStore.Due(connection, node.Id, now, most), cancel);
        foreach (var row in rows) tracker.Add(new DueStep(tracker.Track(row)));
        await database.Drain(cancel);
        return rows.Count;
    }

    /// <summary>
    /// While the database was away a commit may have stood whose answer was lost: those rows are ours, and memory doesn't have
    /// them. They are looked for once it is back.
    /// </summary>
    private void Uncertain()
    {
        var postponed = database.Postponed;
        if (postponed == _postponedSeen || (database.Trouble is not null && database.WaitingWrites > 0)) return;
        _postponedSeen = postponed;
        Recover();
    }

    /// <summary>
    /// A commit whose answer was lost, of an accept or of a take-over, leaves rows that are this node's and that memory doesn't have.
    /// Those seen so at two looks are taken up.
    /// </summary>
    private async Task LookForOrphans(CancellationToken cancel)
    {
        var owned = await database.Read(c => MessageStore.OwnedIds(c, node.Id, Recoverable), cancel);
        var loose = owned.Where(id => tracker.Find(id) is null).ToHashSet(StringComparer.Ordinal);
        if (loose.Overlaps(_loose)) Recover();
        _loose = loose;
    }

    private async Task Recovered(CancellationToken cancel)
    {
        var wanted = Interlocked.Read(ref _recoverAfterChange);
        if (wanted == _recovered) return;
        var after = "";
        while (true)
        {
            // What the carriers' queues can't hold stays in its rows for the next round.
            if (tracker.Count > Recoverable) return;
            var rows = await database.Read(connection => MessageStore.Owned(connection, node.Id, after, AtOnce), cancel);
            var missing = rows.Where(row => tracker.Find(row.Id)?.State.Owner != node.Id).ToList();
            // What was committed this instant is on its way into memory.
            if (missing.Count > 0) await database.Drain(cancel);
            foreach (var row in missing.Where(row => tracker.Find(row.Id)?.State.Owner != node.Id))
            {
                tracker.Recover(row);
                meter.Recovered.Add(1);
            }
            if (rows.Count < AtOnce) break;
            after = rows[^1].Id;
        }
        _recovered = wanted;
    }

    [LoggerMessage(LogLevel.Warning, "Looking for due messages failed: {Reason}")]
    private static partial void SweepFailed(ILogger log, string reason);
}
