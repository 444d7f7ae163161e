using Parley.Bench.Peers;
using Parley.Bench.Report;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `batch`: 100 messages a request and several events in a callback, against Kannel one by one and with its lists.
/// </summary>
static class BatchScenario
{
    const int Size = 100;

    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var field = new Field(options);
        var single = options.Work();
        var batched = single with { Batch = Size, BatchCallbacks = true };
        var contenders = new List<Contender>();
        if (field.Wants(Field.Parley)) contenders.Add(new(field.Ours, () => field.MakeParley(), batched));
        if (field.Wants(Field.KannelFile))
        {
            contenders.Add(Field.Kannel(Field.KannelFile, KannelStore.File, single));
            contenders.Add(Field.Kannel("kannel-file-lists", KannelStore.File, batched));
        }
        var turns = await Pairs.Run(contenders, options.Pairs, stop);
        findings.Add($"Batches: {Size} messages a request, batched callbacks", turns, field.Ours);
    }
}
