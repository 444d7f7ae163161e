using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>The candidates by name, those that --peers asks for.</summary>
sealed class Field(BenchOptions options)
{
    public const string KannelFile = "kannel-file";
    public const string KannelSpool = "kannel-spool";
    public const string Parley = "parley";

    public string Ours => options.Postgres ? "parley-postgres" : Parley;

    public Peer MakeParley(string? data = null) => new ParleyPeer(
        options.Server, options.Postgres, data, postgresSettings: options.PostgresSettings);

    public IReadOnlyList<Contender> Everybody(Workload work)
    {
        var contenders = new List<Contender>();
        if (Wants(Parley)) contenders.Add(new(Ours, () => MakeParley(), work));
        if (Wants(KannelFile)) contenders.Add(Kannel(KannelFile, KannelStore.File, work));
        if (Wants(KannelSpool)) contenders.Add(Kannel(KannelSpool, KannelStore.Spool, work));
        return contenders;
    }

    public bool Wants(string peer) => options.Peers.Contains(peer);

    public static Contender Kannel(string name, KannelStore store, Workload work, bool wantsReceipts = true)
    {
        Installation.OfKannel();
        return new(name, () => new KannelPeer(store, wantsReceipts), work);
    }
}
