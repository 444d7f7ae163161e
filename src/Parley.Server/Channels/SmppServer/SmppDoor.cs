using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Parley.Server.Tenants;
using Parley.Smpp;
using Smsc = Parley.Smpp.SmppServer;

namespace Parley.Server.Channels.SmppServer;

/// <summary>The ports that clients bind to, and what their sessions need.</summary>
internal sealed partial class SmppDoor(
    SmppDoorOptions options,
    Binds binds,
    Submits submits,
    Commands commands,
    Deliveries deliveries,
    Clients clients,
    Addresses addresses,
    TenantDirectory tenants,
    SmppMeter meter,
    TimeProvider time,
    ILogger<SmppDoor> log) : IAsyncDisposable
{
    private const int LargestWindow = 1_000;
    private readonly List<Smsc> _ports = [];
    private volatile bool _stopping;

    public SmppDoorOptions Options => options;

    public Binds Binds => binds;

    public Submits Submits => submits;

    public Commands Commands => commands;

    public Deliveries Deliveries => deliveries;

    public Clients Clients => clients;

    public TenantDirectory Tenants => tenants;

    public SmppMeter Meter => meter;

    public TimeProvider Time => time;

    public bool Stopping => _stopping;

    /// <summary>Opens the ports.</summary>
    /// <param name="testTenant">Whose accounts the test ports let in; null leaves those ports closed.</param>
    /// <param name="tls">The server's certificate, for each handshake; null leaves the TLS ports closed.</param>
    /// <exception cref="IOException">A port can't be listened on.</exception>
    public void Open(string? testTenant, Func<SslServerAuthenticationOptions>? tls)
    {
        Listen(options.Port, null, null);
        if (tls is not null) Listen(options.TlsPort, tls, null);
        if (testTenant is null) return;
        Listen(options.TestPort, null, testTenant);
        if (tls is not null) Listen(options.TestTlsPort, tls, testTenant);
    }

    /// <summary>
    /// Lets nobody in any more, waits for answers under way, unbinds everybody and closes, within
    /// <see cref="SmppDoorOptions.StopWithin"/>.
    /// </summary>
    public async Task Stop()
    {
        _stopping = true;
        using var limit = new CancellationTokenSource(options.StopWithin / 2, time);
        try
        {
            while (clients.Sessions.Any(s => s.OwesAnswers))
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The clients will not hear of what is under way; they submit it again.
        }
        // What they have not acknowledged by then stays owed.
        await Task.WhenAll(clients.Sessions.Select(s => s.Leave(options.StopWithin / 2)));
        deliveries.Stop();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        foreach (var port in _ports) await port.DisposeAsync();
        _ports.Clear();
    }

    /// <summary>True when the address may not bind for now.</summary>
    public bool Blocks(IPAddress address) => addresses.Blocked(address);

    public void Bound(ClientSession session) =>
        Up(log, session.Address, session.Account!.ApiId, session.Account.User, session.Kind.ToString());

    public void Closed(ClientSession session, SmppClosed reason, Exception? failure)
    {
        if (failure is not null) Broke(log, failure, session.Address);
        Down(log, session.Address, session.Account?.ApiId ?? "", session.Kind.ToString(), reason.ToString());
    }

    private void Listen(int port, Func<SslServerAuthenticationOptions>? tls, string? tenant)
    {
        if (port == 0) return;
        var endPoint = new IPEndPoint(options.Listens, port);
        try
        {
            _ports.Add(new Smsc(
                new Parley.Smpp.SmppServerOptions
                {
                    EndPoint = endPoint,
                    TlsOfNow = tls,
                    MaxSessions = options.MaxSessions,
                    Admit = remote => _stopping ? null : addresses.Enter(AddressOf(remote)),
                    Session = Session(),
                },
                remote => new ClientSession(this, AddressOf(remote), tls is not null, tenant),
                time));
        }
        catch (SocketException error)
        {
            throw new IOException(
                $"SMPP can't be served on {endPoint}: {error.Message}. " +
                "Choose another port in the section SmppServer, or 0 for none.",
                error);
        }
        Listening(
            log, endPoint, tls is null ? "" : " with TLS", tenant is null ? "" : ", for the sandbox's account only");
    }

    private SmppSessionOptions Session() => new()
    {
        Window = LargestWindow,
        // More than any client's window: beyond that the answer is "throttled", which costs nothing.
        MaxUnanswered = LargestWindow * 2,
        MaxPduLength = 32 * 1024,
        MaxUnsent = 64 * 1024,
        ResponseTimeout = options.ResponseTimeout,
        // Clients ask, we don't: silence is what ends a session (contract channels §5).
        EnquireLinkAfter = TimeSpan.Zero,
        InactivityTimeout = options.InactivityTimeout,
        BindTimeout = options.BindTimeout,
    };

    private static IPAddress AddressOf(EndPoint? remote) => (remote as IPEndPoint)?.Address ?? IPAddress.None;

    [LoggerMessage(LogLevel.Information, "SMPP clients are served on {EndPoint}{Tls}{Test}")]
    private static partial void Listening(ILogger log, IPEndPoint endPoint, string tls, string test);

    [LoggerMessage(LogLevel.Information, "SMPP client {ApiId} ({User}) from {Address} is bound: {Kind}")]
    private static partial void Up(ILogger log, IPAddress address, string apiId, string user, string kind);

    [LoggerMessage(LogLevel.Information, "SMPP client {ApiId} from {Address} has left ({Kind}): {Reason}")]
    private static partial void Down(ILogger log, IPAddress address, string apiId, string kind, string reason);

    [LoggerMessage(LogLevel.Error, "A session from {Address} broke")]
    private static partial void Broke(ILogger log, Exception failure, IPAddress address);
}
