using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Parley.Bench.Market;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `purchases`: full Reserve and Transact to the acknowledged outcome over the real wire, signatures included. One client's
/// buyers, so the same few accounts are hot; bank and supplier answer at once. The books are checked afterwards.
/// </summary>
static class PurchasesScenario
{
    const int WarmUpSeconds = 8, WarmUpFirst = 1_000_000, MeasuredFirst = 2_000_000;

    /// <summary>Of everything on a machine with two cores: purchases a second, and our own share's p99 in ms.</summary>
    const double SqliteGoal = 1_200, PostgresGoal = 800, OwnGoal = 100;

    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("parley-bench-purchases-");
        try
        {
            await using var market = await Instrument.Start("market", ["--buyers", $"{options.Buyers}"], stop);
            var data = Path.Combine(folder.FullName, "data");
            await using var peer = new ParleyPeer(
                options.Server, options.Postgres, data, provisioning: _ => MarketSettings.Provisioning(market.Port),
                postgresSettings: options.PostgresSettings);
            await peer.Prepare(stop);
            var books = new PurchaseBooks(options.Postgres, peer, data);
            if (options.Finished > 0) await Fill(peer, books, market, options.Finished, stop);
            await peer.Run(new(0, 0, 0), stop);
            Report(options, await Turn(options, peer, market, stop), findings);
            await peer.End();
            if (await books.Drift(stop) is { } drift) findings.Fail(drift);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The tables are made by the server; what stands in them is made beside it.</summary>
    static async Task Fill(
        ParleyPeer peer, PurchaseBooks books, Instrument market, int finished, CancellationToken stop)
    {
        await peer.Run(new(0, 0, 0), stop);
        await Go(peer, market, 0, 1, stop);
        await peer.End();
        await books.Fill(finished, stop);
    }

    static async Task<Measured> Turn(BenchOptions options, ParleyPeer peer, Instrument market, CancellationToken stop)
    {
        await Go(peer, market, WarmUpFirst, WarmUpSeconds, stop);
        Meter[] meters = [.. peer.Meters, market.Meter];
        var before = meters.Select(m => m.CpuSeconds()).ToArray();
        var busy = Machine.BusySeconds();
        var seconds = options.Seconds > 0 ? options.Seconds : 60;
        var result = await Go(peer, market, MeasuredFirst, seconds, stop);
        // What is left for afterwards (acknowledgements, checkpoints) is part of the price.
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var used = meters.Select((m, i) => m.CpuSeconds() - before[i]).ToArray();
        var others = Math.Max(0, Machine.BusySeconds() - busy - used.Sum());
        return new(result, [.. meters.Select((m, i) => (m.Name, used[i] * 1000 / result.Completed))],
            [.. meters.Select(m => (m.Name, m.PeakKb() / 1024.0))], others / (result.Seconds + 1));
    }

    static async Task<MarketResult> Go(
        ParleyPeer peer, Instrument market, long first, int seconds, CancellationToken stop)
    {
        var token = await Token(peer, stop);
        return await market.Ask<MarketResult>(
            string.Create(CultureInfo.InvariantCulture, $"go {peer.HttpPort} {first} {seconds} {token}"),
            TimeSpan.FromSeconds(seconds + 60), stop);
    }

    static async Task<string> Token(ParleyPeer peer, CancellationToken stop)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = $"{MarketSettings.Client}",
            ["client_secret"] = MarketSettings.ClientSecret,
            ["grant_type"] = "client_credentials",
        });
        using var answer = await http.PostAsync(
            new Uri($"http://127.0.0.1:{peer.HttpPort}{MarketSettings.Tokens}"), form, stop);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("access_token").GetString()!;
    }

    static void Report(BenchOptions options, Measured measured, Findings findings)
    {
        var result = measured.Result;
        if (result.Errors > 0) findings.Fail($"{result.Errors} went wrong, first: {result.FirstError}");
        var goal = options.Postgres ? PostgresGoal : SqliteGoal;
        if (options.Finished > 0) goal *= 0.9;
        if (result.PerSecond < goal) findings.Fail($"{result.PerSecond:F0} a second, {goal:F0} is the goal");
        if (result.OwnP99 > OwnGoal)
            findings.Fail($"p99 of our own share is {result.OwnP99:F0} ms, {OwnGoal:F0} is the goal");
        string Figure(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        var figures = new Markdown("engine", "purchases", "per second", "p50 ms", "p99 ms", "slowest ms",
            "own share p50 ms", "own share p99 ms", "answer p50 ms", "answer p99 ms", "others, cores");
        figures.Row(options.Postgres ? "PostgreSQL" : "SQLite", $"{result.Completed}", Figure(result.PerSecond, "F0"),
            Figure(result.P50, "F1"), Figure(result.P99, "F1"), Figure(result.Max, "F1"), Figure(result.OwnP50, "F1"),
            Figure(result.OwnP99, "F1"), Figure(result.AnswerP50, "F1"), Figure(result.AnswerP99, "F1"),
            Figure(measured.OtherCores, "F2"));
        var processes = new Markdown("process", "CPU s per 1,000", "peak MB");
        foreach (var ((name, used), (_, mb)) in measured.Cpu.Zip(measured.PeakMb))
            processes.Row(name, Figure(used, "F3"), Figure(mb, "F0"));
        findings.Section(
            $"{options.Buyers} buyers of one client, {options.Finished} finished purchases in the tables",
            figures.ToString(), processes.ToString());
    }

    sealed record Measured(
        MarketResult Result, IReadOnlyList<(string Name, double Used)> Cpu,
        IReadOnlyList<(string Name, double Mb)> PeakMb, double OtherCores);
}
