using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `accept`: accepting alone. Kannel stores nothing and asks for no receipts, once with an SMSC that takes everything
/// and once with
/// none, whichever suits it better; Parley commits. Batches stand beside bare inserts of the same rows.
/// </summary>
static class AcceptScenario
{
    const int Size = 100;

    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var field = new Field(options);
        var absent = options.Work() with { Callbacks = false, SmscAbsent = true };
        var batches = absent with { Batch = Size, Messages = absent.Messages * 2 };
        var raw = new List<double>();
        var contenders = new List<Contender>();
        if (field.Wants(Field.Parley))
        {
            contenders.Add(new(field.Ours, () => field.MakeParley(), absent));
            contenders.Add(new("parley-batches", () => field.MakeParley(), batches, async (peer, token) =>
                raw.Add(await RawInserts.PerSecond((ParleyPeer)peer, Size, token))));
        }
        if (field.Wants(Field.KannelFile))
        {
            var sink = absent with { SmscAbsent = false, Simulator = absent.Simulator with { Receipts = false } };
            contenders.Add(Field.Kannel("kannel-nothing", KannelStore.None, absent, wantsReceipts: false));
            contenders.Add(Field.Kannel("kannel-nothing-sent", KannelStore.None, sink, wantsReceipts: false));
        }
        var turns = await Pairs.Run(contenders, options.Pairs, stop);
        findings.Add("Accepting alone", turns, field.Ours);
        if (raw.Count > 0) findings.Section("Batches against bare inserts of the same rows", AgainstRaw(turns, raw));
    }

    static string AgainstRaw(IReadOnlyList<TurnResult> turns, List<double> raw)
    {
        var accepted = turns.Where(t => t.Peer == "parley-batches").Select(t => t.AcceptedPerSecond).ToArray();
        var table = new Markdown("figure", "median (smallest … largest)");
        table.Row("accepted in batches of 100, messages/s", Spread.Of(accepted).Text("F0"));
        table.Row("inserted bare, 100 messages a commit, messages/s", Spread.Of(raw).Text("F0"));
        table.Row("ratio", Spread.Of(accepted.Zip(raw, (a, r) => a / r)).Text("F3"));
        return table.ToString();
    }
}
