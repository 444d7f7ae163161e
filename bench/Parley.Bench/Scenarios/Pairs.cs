using System.Globalization;
using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>Every contender once a round, in turns, so that a slow minute of the machine hits them alike.</summary>
static class Pairs
{
    public static async Task<IReadOnlyList<TurnResult>> Run(
        IReadOnlyList<Contender> contenders, int rounds, CancellationToken stop)
    {
        var results = new List<TurnResult>();
        for (var round = 0; round < rounds; round++)
        {
            // The order turns round from pair to pair: nobody always inherits the other's dirty pages.
            foreach (var contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                await using var peer = contender.Make();
                var result = await Take(peer, contender, stop);
                results.Add(result);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {round + 1}/{rounds} {result.Peer,-14} {result.PerSecond,8:F0}/s  cpu {result.Cpu:F3} s/1000" +
                    $"  p99 {result.P99:F1} ms  {result.PeakMb:F0} MB  others {result.OtherCores:F2} cores" +
                    $"  {result.Failure}"));
            }
        }
        return results;
    }

    static async Task<TurnResult> Take(Peer peer, Contender contender, CancellationToken stop)
    {
        try
        {
            var result = await new Turn(peer, contender.Work, stop).Run() with { Peer = contender.Name };
            if (contender.After is not null) await contender.After(peer, stop);
            return result;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return TurnResult.Failed(contender.Name, contender.Work.Messages, e.Message);
        }
    }
}
