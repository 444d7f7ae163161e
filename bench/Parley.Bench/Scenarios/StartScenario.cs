using System.Diagnostics;
using System.Net.Http.Json;
using Parley.Bench.Load;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `start`: from the start of the process to the first accepted message, and the memory idle and under load.
/// </summary>
static class StartScenario
{
    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var field = new Field(options);
        var turns = await Pairs.Run([new(field.Ours, () => field.MakeParley(), options.Work())], 1, stop);
        List<double> first = [], again = [], idle = [];
        for (var round = 0; round < options.Pairs; round++)
        {
            await using var fresh = (ParleyPeer)field.MakeParley();
            await using var smsc = await Instrument.Start("simulator", options.Work().Simulator.Words(), stop);
            await using var sink = await Instrument.Start("sink", [], stop);
            var settings = new PeerSettings(smsc.Port, sink.Port, 100);
            await fresh.Prepare(stop);
            first.Add(await UntilAccepted(fresh, settings, stop));
            await Task.Delay(TimeSpan.FromSeconds(5), stop);
            idle.Add(ProcessReading.ResidentKb(fresh.Pid) / 1024.0);
            await fresh.End();
            again.Add(await UntilAccepted(fresh, settings, stop));
        }
        var table = new Markdown("figure", "median (smallest … largest)");
        table.Row("start to first 202, empty folder, s", Spread.Of(first).Text("F2"));
        table.Row("start to first 202, database there, s", Spread.Of(again).Text("F2"));
        table.Row("resident 5 s later, MB", Spread.Of(idle).Text("F0"));
        table.Row("peak resident under full load, MB", Spread.Of(turns.Select(t => t.PeakMb)).Text("F0"));
        findings.Section("Start and memory", table.ToString());
    }

    static async Task<double> UntilAccepted(ParleyPeer peer, PeerSettings settings, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{peer.HttpPort}") };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", peer.Key);
        var started = Stopwatch.GetTimestamp();
        await peer.Run(settings, stop);
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            var message = new { to = $"{Numbers.FirstPhone}", content = Numbers.Text, clientMessageId = "0" };
            using var answer = await client.PostAsJsonAsync("/v1/message", new { messages = new[] { message } }, stop);
            if ((int)answer.StatusCode == 202) return Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(2, stop);
        }
        throw new IOException("Nothing was accepted within 30 s");
    }
}
