using System.Globalization;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>`flat`: the same work on an empty database and on one that holds millions of finished messages.</summary>
static class FlatScenario
{
    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        if (options.Postgres) throw new ArgumentException("flat measures SQLite only");
        var folder = Directory.CreateTempSubdirectory("parley-bench-flat-");
        try
        {
            var data = Path.Combine(folder.FullName, "data");
            var work = options.Work();
            await MakeTemplate(options, work, data, stop);
            var megabytes = Prefill.Run(Path.Combine(data, "parley.db"), options.Rows);
            Contender[] contenders =
            [
                new("parley-empty", () => new ParleyPeer(options.Server, onPostgres: false), work),
                new("parley-full", () => new ParleyPeer(options.Server, onPostgres: false, data), FreshNumbers(work)),
            ];
            var turns = await Pairs.Run(contenders, options.Pairs, stop);
            var heading = string.Create(CultureInfo.InvariantCulture,
                $"{options.Rows} finished messages ({megabytes:F0} MB) against none");
            findings.Add(heading, turns, "parley-full");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Messages that went the whole way: what they left is the pattern of the others.</summary>
    static async Task MakeTemplate(BenchOptions options, Workload work, string data, CancellationToken stop)
    {
        await using var peer = new ParleyPeer(options.Server, onPostgres: false, data);
        var result = await new Turn(peer, work with { Messages = 100, WarmUp = 100 }, stop).Run();
        if (result.Failure is not null) throw new IOException($"The pattern could not be made: {result.Failure}");
    }

    // The simulator begins its ids anew with every turn, and a carrier's ids are unique in the database: start
    // elsewhere.
    static Workload FreshNumbers(Workload work) => work with { Simulator = work.Simulator with { FreshIds = true } };
}
