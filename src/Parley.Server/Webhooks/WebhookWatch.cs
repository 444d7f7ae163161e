using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;

namespace Parley.Server.Webhooks;

/// <summary>
/// What happens by the clock: health is written, pauses made on other nodes are taken in, paused endpoints are probed,
/// deliveries past their deadline end, and rows that nobody needs any more go.
/// </summary>
internal sealed partial class WebhookWatch(
    WebhooksOptions options,
    TimeProvider time,
    Database database,
    JobQueue jobs,
    Endpoints endpoints,
    WebhookJob job,
    WebhookMeter meter,
    ILogger<WebhookWatch> log) : IAsyncDisposable
{
    private const int ProbesAtOnce = 50;
    private const int RowsAtOnce = 500;
    private const int RoundsAtOnce = 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _saving = new(1);
    private Task _loop = Task.CompletedTask;
    private long _sweptAt;

    /// <summary>Takes in how endpoints were left, before any job runs.</summary>
    public async Task Start(CancellationToken cancel)
    {
        foreach (var row in await database.Read(EndpointStore.All, cancel))
        {
            var endpoint = endpoints.Of(row);
            endpoint.Restore(row);
            if (endpoint.Paused) jobs.Hold(endpoint.Id);
        }
        _loop = Task.Run(Loop, CancellationToken.None);
    }

    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    /// <summary>Waits for the loop's end: it must not outlive the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stopping.Dispose();
        _saving.Dispose();
    }

    /// <summary>Writes an endpoint's pause or resume; other nodes take it in within seconds.</summary>
    public Task Save(Endpoint endpoint, CancellationToken cancel) => Save([endpoint], cancel);

    private async Task Loop()
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await TryRound(_stopping.Token);
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task TryRound(CancellationToken cancel)
    {
        try
        {
            await Round(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The loop ends.
        }
        catch (Exception error)
        {
            RoundFailed(log, error.Message);
        }
    }

    private async Task Round(CancellationToken cancel)
    {
        var dirty = endpoints.All.Where(e => e.Dirty).Take(RowsAtOnce).ToList();
        if (dirty.Count > 0) await Save(dirty, cancel);
        await TakeInPauses(cancel);
        await Probe(cancel);
        if (time.NowMicros() - _sweptAt < Micros.From(SweepEvery)) return;
        _sweptAt = time.NowMicros();
        await Sweep(cancel);
    }

    private async Task Save(IReadOnlyList<Endpoint> changed, CancellationToken cancel)
    {
        // One after the other: what was decided later is written later.
        await _saving.WaitAsync(cancel);
        try
        {
            var written = changed.Select(e => e.Write()).ToList();
            HashSet<string> overruled;
            try
            {
                overruled = await database.Transact(tx => Write(tx, written), cancel);
            }
            catch
            {
                foreach (var endpoint in changed) endpoint.Unwritten();
                throw;
            }
            foreach (var (endpoint, row) in changed.Zip(written)) endpoint.Saved(row, overruled.Contains(row.Row.Id));
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Answers those whose health would have changed what a hand had done meanwhile.</summary>
    private HashSet<string> Write(Tx tx, IReadOnlyList<Endpoint.Written> written)
    {
        HashSet<string> overruled = [];
        EndpointStore.Save(tx, [.. written.Select(w => w.Row)]);
        foreach (var (row, _, byHand) in written.Where(w => w.Turned))
        {
            // What a hand paused gets nothing, not even probes.
            var probeAt =
                row.PausedBy == EndpointHealth.ByHealth ? row.PausedAt + Micros.From(options.ProbeEvery) : null;
            if (EndpointStore.Pause(tx, row, probeAt, byHand) == 0) overruled.Add(row.Id);
        }
        return overruled;
    }

    /// <summary>Pauses and resumes as other nodes did; what this one does meanwhile stands.</summary>
    private async Task TakeInPauses(CancellationToken cancel)
    {
        var turns = endpoints.All.ToDictionary(e => e, e => e.Turns);
        var paused = (await database.Read(EndpointStore.Paused, cancel)).ToDictionary(endpoints.Of);
        foreach (var endpoint in endpoints.All)
        {
            // One that this node has met meanwhile is looked at in the next round.
            if (!turns.TryGetValue(endpoint, out var before)) continue;
            if (endpoint.TakeIn(paused.GetValueOrDefault(endpoint), before)) endpoints.Settle(endpoint);
        }
    }

    /// <summary>A paused endpoint is tried with an old callback that waits for it; a success resumes it.</summary>
    private async Task Probe(CancellationToken cancel)
    {
        if (endpoints.PausedNow == 0) return;
        var now = time.NowMicros();
        var due = await database.Transact(
            tx => EndpointStore.TakeProbes(tx, now, now + Micros.From(options.ProbeEvery), ProbesAtOnce), cancel);
        await Task.WhenAll(due.Select(row => ProbeOne(endpoints.Of(row), cancel)));
    }

    private async Task ProbeOne(Endpoint endpoint, CancellationToken cancel)
    {
        if (!endpoint.Paused) return;
        if (await database.Read(c => WebhookStore.ToProbe(c, endpoint.Id), cancel) is not { } delivery) return;
        if (await job.Attempt(delivery, endpoint, probe: true) is { } after)
            Probed(log, endpoint.Id, after.State, after.LastError);
    }

    private async Task Sweep(CancellationToken cancel)
    {
        for (var round = 0; round < RoundsAtOnce; round++)
        {
            var ended = await database.Transact(EndOverdue, cancel);
            var removed =
                await database.Transact(tx => WebhookStore.RemoveEnded(tx, time.NowMicros(), RowsAtOnce), cancel);
            if (ended < RowsAtOnce && removed < RowsAtOnce) return;
        }
    }

    /// <summary>Everything ends, also what waits for a paused endpoint.</summary>
    private int EndOverdue(Tx tx)
    {
        var now = time.NowMicros();
        var overdue = WebhookStore.Overdue(tx, now, RowsAtOnce);
        WebhookStore.Update(tx, [.. overdue.Select(d => d.Dead(d.LastError ?? "its time ran out", now, options))]);
        foreach (var delivery in overdue)
        {
            jobs.End(tx, delivery.ToJob(), JobOutcome.Done);
            meter.Ended(DeliveryStates.Dead);
        }
        return overdue.Count;
    }

    [LoggerMessage(LogLevel.Warning, "Looking after callbacks failed: {Reason}")]
    private static partial void RoundFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Probed paused endpoint {Endpoint}: {State} {Reason}")]
    private static partial void Probed(ILogger log, string endpoint, string state, string? reason);
}
