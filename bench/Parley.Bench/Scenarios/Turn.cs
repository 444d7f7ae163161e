using System.Diagnostics;
using System.Globalization;
using Parley.Bench.Load;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Simulator;
using Parley.Bench.Sink;

namespace Parley.Bench.Scenarios;

/// <summary>
/// Everything fresh: simulator, sink, candidate, load; a warm-up, then the measured messages to the last callback.
/// </summary>
sealed class Turn(Peer peer, Workload work, CancellationToken stop)
{
    static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);
    Instrument simulator = null!, sink = null!, load = null!;

    public async Task<TurnResult> Run()
    {
        await using var smsc = simulator = await Instrument.Start("simulator", work.Simulator.Words(), stop);
        await using var receiver = sink = await Instrument.Start("sink", [], stop);
        var smscPort = work.SmscAbsent ? FreePort.Next() : simulator.Port;
        await peer.Start(new(smscPort, sink.Port, work.Window, work.BatchCallbacks), stop);
        if (!work.SmscAbsent) await Bound();
        var shape = new LoadSettings(peer.Shape, peer.HttpPort, work.Connections, work.Batch, sink.Port, peer.Key);
        await using var generator = load = await Instrument.Start("load", shape.Words(), stop);
        await Send(0, work.WarmUp, 0);
        await sink.Ask<SinkTotals>("reset", Quick, stop);
        return await Measured();
    }

    async Task<TurnResult> Measured()
    {
        Meter[] meters = [.. peer.Meters, simulator.Meter, sink.Meter, load.Meter];
        var before = meters.Select(m => m.CpuSeconds()).ToArray();
        var (busy, since) = (Machine.BusySeconds(), Stopwatch.GetTimestamp());
        var (result, totals, failure) = await Send(work.WarmUp, work.Messages, work.Rate);
        // What a candidate leaves for afterwards (checkpoints, last states) is part of its price.
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var used = meters.Select((m, i) => m.CpuSeconds() - before[i]).ToArray();
        var others = (Machine.BusySeconds() - busy - used.Sum()) / Stopwatch.GetElapsedTime(since).TotalSeconds;
        var cpu = meters.Select((m, i) => (m.Name, Used: used[i] * 1000 / work.Messages)).ToArray();
        var peakKb = peer.Meters.Sum(m => m.PeakKb());
        var end = work.Callbacks ? totals.LastAt : result.EndedAt;
        // Nobody can be done before the last receipt is out: the time the SMSC takes for it is not the candidate's.
        var waits = work.Callbacks ? work.Simulator.Delay.TotalSeconds : 0;
        var seconds = ((end - result.StartedAt) / (double)Stopwatch.Frequency) - waits;
        return new()
        {
            Peer = peer.Name,
            Messages = work.Messages,
            Seconds = seconds,
            PerSecond = work.Messages / seconds,
            AcceptedPerSecond = result.Accepted * (double)Stopwatch.Frequency / (result.EndedAt - result.StartedAt),
            Cpu = cpu.Take(peer.Meters.Count).Sum(c => c.Used),
            CpuByProcess = cpu.ToDictionary(c => c.Name, c => c.Used),
            PeakMb = peakKb / 1024.0,
            P50 = result.P50,
            P99 = result.P99,
            Slowest = result.Max,
            CallbackRequests = totals.Requests,
            OtherCores = Math.Max(0, others),
            Failure = failure,
        };
    }

    async Task<(LoadResult, SinkTotals, string?)> Send(long first, int count, double rate)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(work.Deadline.TotalSeconds * Stopwatch.Frequency);
        var go = string.Create(CultureInfo.InvariantCulture, $"go {first} {count} {rate}");
        var result = await load.Ask<LoadResult>(go, work.Deadline, stop);
        if (result.Errors > 0)
            throw new IOException($"{peer.Name} refused {result.Errors} requests, first: {result.FirstError}");
        var totals = new SinkTotals();
        while (work.Callbacks && totals.Unique < count && Stopwatch.GetTimestamp() < deadline)
        {
            await Task.Delay(50, stop);
            totals = await sink.Ask<SinkTotals>("totals", Quick, stop);
        }
        return (result, totals, work.Callbacks ? Complaint(totals, count) : null);
    }

    async Task Bound()
    {
        var patience = Stopwatch.StartNew();
        while ((await simulator.Ask<SimulatorTotals>("totals", Quick, stop)).Binds == 0)
        {
            if (patience.Elapsed > TimeSpan.FromSeconds(30)) throw new IOException($"{peer.Name} did not bind");
            await Task.Delay(20, stop);
        }
    }

    static string? Complaint(SinkTotals totals, int count)
    {
        if (totals.Unique != count) return $"{totals.Unique} of {count} messages were reported";
        if (totals.Wrong > 0) return $"{totals.Wrong} callbacks with another final state";
        return totals.Repeated > 0 ? $"{totals.Repeated} callbacks were repeated" : null;
    }
}
