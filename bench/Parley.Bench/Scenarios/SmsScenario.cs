using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>`sms`: one message a request, a receipt and one callback each, side by side with both of Kannel's stores.</summary>
static class SmsScenario
{
    public static IReadOnlyList<Contender> Contenders(BenchOptions options)
    {
        var work = options.Work();
        Contender[] all =
        [
            new("kannel-file", () => new KannelPeer(KannelStore.File), work),
            new("kannel-spool", () => new KannelPeer(KannelStore.Spool), work),
        ];
        return [.. all.Where(c => options.Peers.Contains(c.Name))];
    }
}
