using Parley.Bench.Measure;

namespace Parley.Bench.Peers;

/// <summary>Debian's Kannel: bearerbox and one smsbox.</summary>
sealed class KannelPeer(KannelStore store, bool wantsReceipts = true)
    : Peer($"kannel-{store.ToString().ToLowerInvariant()}")
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    ChildProcess? bearerbox;
    ChildProcess? smsbox;

    public override string Shape => wantsReceipts ? "kannel" : "kannel-bare";

    public override IReadOnlyList<Meter> Meters =>
        [new("bearerbox", bearerbox!.Pid), new("smsbox", smsbox!.Pid)];

    public override async Task Start(PeerSettings settings, CancellationToken stop)
    {
        if (store == KannelStore.Spool) Directory.CreateDirectory(Path.Combine(Folder, "spool"));
        var (boxPort, adminPort) = (FreePort.Next(), FreePort.Next());
        var configuration = new KannelConfiguration(Folder, store, HttpPort, boxPort, adminPort, settings);
        var file = Write("kannel.conf", configuration.Text());
        bearerbox = Launch("/usr/sbin/bearerbox", Folder, "-v", "4", file);
        await FreePort.Answers(configuration.BoxPort, Patience, () => bearerbox.LastWords, stop);
        smsbox = Launch("/usr/sbin/smsbox", Folder, "-v", "4", file);
        await FreePort.Answers(HttpPort, Patience, () => smsbox.LastWords, stop);
    }
}
