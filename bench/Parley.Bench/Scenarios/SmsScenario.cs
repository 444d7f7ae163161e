using System.Globalization;
using Parley.Bench.Measure;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `sms`: one message a request, a receipt and one callback each, side by side with both of Kannel's stores.
/// </summary>
static class SmsScenario
{
    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var field = new Field(options);
        var work = options.Work();
        var turns = await Pairs.Run(field.Everybody(work), options.Pairs, stop);
        findings.Add(Heading(options, work), turns, field.Ours);
        var reference = turns.Where(t => t.Peer == Field.KannelFile).Select(t => t.PerSecond).ToArray();
        if (options.Steady > 0 || reference.Length == 0) return;
        await AtKannelsRate(Spread.Of(reference).Median, options, findings, stop);
    }

    /// <summary>The answer's p99 when both get what Kannel's file store can just do.</summary>
    static async Task AtKannelsRate(double rate, BenchOptions options, Findings findings, CancellationToken stop)
    {
        var field = new Field(options);
        var work = options.Work() with { Rate = Math.Floor(rate), Messages = (int)(rate * 8) };
        var contenders = field.Everybody(work).Where(c => c.Name != Field.KannelSpool).ToArray();
        var turns = await Pairs.Run(contenders, options.Pairs, stop);
        var figure = rate.ToString("F0", CultureInfo.InvariantCulture);
        findings.Add($"At Kannel's rate: {figure} a second", turns, field.Ours);
    }

    static string Heading(BenchOptions options, Workload work)
    {
        var text = $"SMS end to end: {work.Messages} messages a turn, {work.Connections} connections";
        text += $", window {work.Window}";
        if (options.Postgres) text += ", PostgreSQL";
        if (options.ReceiptDelay > 0)
            text += FormattableString.Invariant(
                $", receipts after {options.ReceiptDelay} s (which a turn's time leaves out)");
        if (options.SlowSmsc) text += ", ordinary TCP acknowledgements";
        if (options.Steady > 0) text += FormattableString.Invariant($", at {options.Steady} a second");
        return text;
    }
}
