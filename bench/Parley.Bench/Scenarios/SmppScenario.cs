using System.Globalization;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `smpp`: submit_sm through the server and its receipt back, side by side with the same message over HTTP and its callback,
/// and with the bare library.
/// </summary>
static class SmppScenario
{
    const string Smpp = "parley-smpp";
    const string Http = "parley-http";
    const string Echo = "bare-echo";
    const double Goal = 1.3;

    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var work = options.Work();
        var turns = new List<TurnResult>();
        string[] names = [Smpp, Http, Echo];
        for (var round = 0; round < options.Pairs; round++)
            foreach (var name in round % 2 == 0 ? names : names.Reverse())
                turns.Add(Say(round, options.Pairs, await Turn(name, options, work, stop)));
        findings.Add(
            $"submit_sm to its receipt: {work.Messages} messages a turn, window 100 over {SmppTurn.Sessions} binds",
            turns, Smpp);
        var ratio = Spread.Of(Of(Smpp).Zip(Of(Http), (s, h) => s.PerSecond / h.PerSecond)).Median;
        if (ratio < Goal) findings.Fail(string.Create(
            CultureInfo.InvariantCulture, $"{ratio:F2} times the HTTP path's messages per second; the goal is {Goal}"));
        await IdleSessions.Measure(options, findings, stop);

        IEnumerable<TurnResult> Of(string name) => turns.Where(t => t.Peer == name);
    }

    static async Task<TurnResult> Turn(string name, BenchOptions options, Workload work, CancellationToken stop)
    {
        try
        {
            if (name == Echo) return await new SmppTurn(work, stop).Bare(Echo);
            await using var peer = new ParleyPeer(
                options.Server, options.Postgres, null, name == Smpp ? FreePort.Next() : 0);
            return name == Smpp ? await new SmppTurn(work, stop).Through(Smpp, peer)
                : await new Turn(peer, work, stop).Run() with { Peer = Http };
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return TurnResult.Failed(name, work.Messages, e.Message);
        }
    }

    static TurnResult Say(int round, int rounds, TurnResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {round + 1}/{rounds} {result.Peer,-14} {result.PerSecond,8:F0}/s  cpu {result.Cpu:F3} s/1000" +
            $"  p99 {result.P99:F1} ms  {result.PeakMb:F0} MB  others {result.OtherCores:F2} cores  {result.Failure}"));
        return result;
    }
}
