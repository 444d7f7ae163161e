using System.Globalization;
using Parley.Bench.Measure;
using Parley.Bench.Scenarios;

namespace Parley.Bench.Report;

/// <summary>Figures and ratios of the turns: median (smallest … largest).</summary>
static class TurnTables
{
    public static string Figures(IReadOnlyList<TurnResult> turns)
    {
        var table = new Markdown("candidate", "turns", "completed/s", "accepted/s", "CPU s per 1,000",
            "p99 of the answer, ms", "peak MB", "others, cores");
        foreach (var group in turns.GroupBy(t => t.Peer))
        {
            string Of(Func<TurnResult, double> figure, string format) => Spread.Of(group.Select(figure)).Text(format);
            table.Row(group.Key, $"{group.Count()}", Of(t => t.PerSecond, "F0"), Of(t => t.AcceptedPerSecond, "F0"),
                Of(t => t.Cpu, "F3"), Of(t => t.P99, "F2"), Of(t => t.PeakMb, "F0"),
                Of(t => t.OtherCores, "F2"));
        }
        return table.ToString();
    }

    /// <summary>CPU seconds per 1,000 messages of every process, the instruments included.</summary>
    public static string Processes(IReadOnlyList<TurnResult> turns)
    {
        var names = turns.SelectMany(t => t.CpuByProcess.Keys).Distinct().ToArray();
        var table = new Markdown(["candidate", .. names]);
        foreach (var group in turns.GroupBy(t => t.Peer))
            table.Row([group.Key, .. names.Select(name => Median(group, name))]);
        return table.ToString();
    }

    /// <summary>Each round's figures of one candidate divided by those of the other in the same round.</summary>
    public static string Ratios(IReadOnlyList<TurnResult> turns, string ours)
    {
        var table = new Markdown($"{ours} against", "completed/s", "CPU s per 1,000", "p99 of the answer");
        var mine = turns.Where(t => t.Peer == ours).ToArray();
        foreach (var group in turns.Where(t => t.Peer != ours).GroupBy(t => t.Peer))
        {
            string Of(Func<TurnResult, double> figure) =>
                Spread.Of(mine.Zip(group, (m, theirs) => figure(m) / figure(theirs))).Text("F3");
            table.Row(group.Key, Of(t => t.PerSecond), Of(t => t.Cpu), Of(t => t.P99));
        }
        return table.ToString();
    }

    static string Median(IEnumerable<TurnResult> turns, string process)
    {
        var used = turns.Where(t => t.CpuByProcess.ContainsKey(process)).Select(t => t.CpuByProcess[process]).ToArray();
        return used.Length == 0 ? "" : Spread.Of(used).Median.ToString("F3", CultureInfo.InvariantCulture);
    }
}
