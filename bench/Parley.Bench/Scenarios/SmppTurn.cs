using System.Diagnostics;
using System.Globalization;
using Parley.Bench.Esme;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Simulator;

namespace Parley.Bench.Scenarios;

/// <summary>submit_sm to its receipt, over four sessions: through the server, or against the bare library.</summary>
sealed class SmppTurn(Workload work, CancellationToken stop)
{
    public const int Sessions = 4;
    const int Window = 100;
    static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);

    public async Task<TurnResult> Through(string name, ParleyPeer peer)
    {
        await using var simulator = await Instrument.Start("simulator", work.Simulator.Words(), stop);
        await using var sink = await Instrument.Start("sink", [], stop);
        await peer.Start(new(simulator.Port, sink.Port, work.Window), stop);
        while ((await simulator.Ask<SimulatorTotals>("totals", Quick, stop)).Binds == 0) await Task.Delay(20, stop);
        var account = new EsmeSettings(
            peer.SmppPort, Sessions, Window, ParleyProvisioning.User, ParleyProvisioning.Password,
            ParleyProvisioning.ApiId);
        return await Run(name, account, peer.Meters, [simulator.Meter]);
    }

    public async Task<TurnResult> Bare(string name)
    {
        await using var echo = await Instrument.Start("echo", ["--window", $"{Window}"], stop);
        return await Run(name, new EsmeSettings(echo.Port, Sessions, Window, "a", "b", "c"), [echo.Meter], []);
    }

    async Task<TurnResult> Run(
        string name, EsmeSettings settings, IReadOnlyList<Meter> candidate, IReadOnlyList<Meter> others)
    {
        await using var esme = await Instrument.Start("esme", settings.Words(), stop);
        await Go(esme, 0, work.WarmUp);
        Meter[] meters = [.. candidate, .. others, esme.Meter];
        var before = meters.Select(m => m.CpuSeconds()).ToArray();
        var (busy, since) = (Machine.BusySeconds(), Stopwatch.GetTimestamp());
        var result = await Go(esme, work.WarmUp, work.Messages);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var used = meters.Select((m, i) => m.CpuSeconds() - before[i]).ToArray();
        var submits = result.Submits;
        var otherCores = (Machine.BusySeconds() - busy - used.Sum()) / Stopwatch.GetElapsedTime(since).TotalSeconds;
        var cpu = meters.Select((m, i) => (m.Name, Used: used[i] * 1000 / work.Messages)).ToArray();
        var seconds = (result.LastReceiptAt - submits.StartedAt) / (double)Stopwatch.Frequency;
        return new()
        {
            Peer = name,
            Messages = work.Messages,
            Seconds = seconds,
            PerSecond = work.Messages / seconds,
            AcceptedPerSecond = submits.Accepted * (double)Stopwatch.Frequency / (submits.EndedAt - submits.StartedAt),
            Cpu = cpu.Take(candidate.Count).Sum(c => c.Used),
            CpuByProcess = cpu.ToDictionary(c => c.Name, c => c.Used),
            PeakMb = candidate.Sum(m => m.PeakKb()) / 1024.0,
            P50 = submits.P50,
            P99 = submits.P99,
            Slowest = submits.Max,
            CallbackRequests = 0,
            OtherCores = Math.Max(0, otherCores),
            Failure = result.Receipts == work.Messages ? null
                : $"{result.Receipts} receipts for {work.Messages} messages",
        };
    }

    async Task<EsmeResult> Go(Instrument esme, long first, int count)
    {
        var result = await esme.Ask<EsmeResult>(
            string.Create(CultureInfo.InvariantCulture, $"go {first} {count}"), work.Deadline, stop);
        return result.Submits.Errors == 0 ? result
            : throw new IOException($"{result.Submits.Errors} submits failed, first: {result.Submits.FirstError}");
    }
}
