using System.Net;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Where and how SMPP clients are served. Section <c>SmppServer</c>. A port of 0 is closed.</summary>
public sealed record SmppDoorOptions
{
    /// <summary>The address that is listened on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 2775;

    /// <summary>TLS with the server's certificate; closed while there is none.</summary>
    public int TlsPort { get; init; } = 3550;

    /// <summary>Lets in the sandbox world's account only, and only while that world is on.</summary>
    public int TestPort { get; init; } = 2773;

    public int TestTlsPort { get; init; } = 3552;

    /// <summary>Connections at once on each port.</summary>
    public int MaxSessions { get; init; } = 5_000;

    public int MaxSessionsPerAddress { get; init; } = 200;

    /// <summary>Passwords longer than 8 octets are taken from clients that bind as version 3.4.</summary>
    public bool LongPasswords { get; init; } = true;

    /// <summary>How long a connection may stay unbound, a TLS handshake apart.</summary>
    public TimeSpan BindTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence of a client after which its session ends (contract channels §5).</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a client may take to answer deliver_sm.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for answers under way and for the clients to unbind.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(8);

    internal bool On => Port > 0 || TlsPort > 0 || TestPort > 0 || TestTlsPort > 0;

    internal IPAddress Listens => IPAddress.Parse(Address);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (!IPAddress.TryParse(Address, out _))
            yield return $"SmppServer:Address is {Address}; it must be an IP address such as 127.0.0.1 or 0.0.0.0";
        (string Name, int Port)[] ports =
        [
            (nameof(Port), Port), (nameof(TlsPort), TlsPort), (nameof(TestPort), TestPort),
            (nameof(TestTlsPort), TestTlsPort),
        ];
        foreach (var (name, port) in ports)
            if (port is < 0 or > 65_535) yield return $"SmppServer:{name} is {port}; it must be 0 to 65535";
        foreach (var twice in ports.Where(p => p.Port > 0).GroupBy(p => p.Port).Where(g => g.Count() > 1))
            yield return
                $"SmppServer:{string.Join(" and SmppServer:", twice.Select(p => p.Name))} are both {twice.Key}";
        if (MaxSessions is < 1 or > 100_000)
            yield return $"SmppServer:MaxSessions is {MaxSessions}; it must be 1 to 100000";
        if (MaxSessionsPerAddress is < 1 or > 100_000)
            yield return $"SmppServer:MaxSessionsPerAddress is {MaxSessionsPerAddress}; it must be 1 to 100000";
        (string Name, TimeSpan Span, int Most)[] spans =
        [
            (nameof(BindTimeout), BindTimeout, 60), (nameof(InactivityTimeout), InactivityTimeout, 86_400),
            (nameof(ResponseTimeout), ResponseTimeout, 300), (nameof(StopWithin), StopWithin, 60),
        ];
        foreach (var (name, span, most) in spans)
            if (span < TimeSpan.FromSeconds(1) || span > TimeSpan.FromSeconds(most))
                yield return $"SmppServer:{name} is {span}; it must be 1 to {most} seconds";
    }
}
