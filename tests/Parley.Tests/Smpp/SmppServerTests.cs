using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp;

public sealed class SmppServerTests
{
    private readonly Listening _smsc = new();
    private readonly Listening _esme = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_go_both_ways_over_sockets_and_unbind_waits_for_answers(bool secured)
    {
        using var certificate = SelfSigned();
        await using var server =
            Listen(secured ? new SslServerAuthenticationOptions { ServerCertificate = certificate } : null);
        var trustAll = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        var connected = await SmppClient.Connect(
            Options(server, "b", secured ? trustAll : null), _esme, TimeProvider.System, CancellationToken.None);
        Assert.NotNull(connected.Session);
        await using var session = connected.Session;
        for (var i = 0; i < 50; i++)
            Assert.True(session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, i));
        await _esme.Hear(50);
        Assert.Equal(Enumerable.Range(0, 50).Cast<object>(), _esme.Answers.Select(a => a.State));
        Assert.True(Assert.Single(server.Sessions)
            .TrySend(CommandId.DeliverSm, new ShortMessage { Content = "down"u8 }, "d"));
        await _esme.Hear(1);
        Assert.Equal(["down"], _esme.Messages);
        Assert.True((await SmppWire.Within(session.EnquireLink(CancellationToken.None))).Ok);
        Assert.True(session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "last"u8 }, "last"));
        await SmppWire.Within(session.Unbind(TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Contains(_esme.Answers, a => a is { State: "last", Outcome: SmppOutcome.Answered });
        Assert.Equal(SmppClosed.Unbound, await SmppWire.Within(_smsc.Ended.Task));
    }

    [Fact]
    public async Task A_refused_bind_and_a_dead_port_are_results()
    {
        await using var server = Listen(null);
        var refused = await SmppClient.Connect(
            Options(server, "wrong", null), _esme, TimeProvider.System, CancellationToken.None);
        Assert.Null(refused.Session);
        Assert.Equal(CommandStatus.InvalidPassword, refused.Status);
        Assert.Contains("ESME_RINVPASWD", refused.Reason, StringComparison.Ordinal);
        var options = Options(server, "b", null);
        await server.DisposeAsync();
        var dead = await SmppClient.Connect(options, new Listening(), TimeProvider.System, CancellationToken.None);
        Assert.Null(dead.Session);
        Assert.NotNull(dead.Reason);
    }

    private SmppServer Listen(SslServerAuthenticationOptions? tls) => new(
        new SmppServerOptions { EndPoint = new(IPAddress.Loopback, 0), Tls = tls },
        _ => _smsc,
        TimeProvider.System);

    internal static SmppClientOptions Options(
        SmppServer server, string password, SslClientAuthenticationOptions? tls) => new()
        {
            Host = "127.0.0.1",
            Port = server.EndPoint.Port,
            Credentials = new("a", password, ""),
            Tls = tls,
        };

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
