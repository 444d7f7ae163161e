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
        await using var server = Listen(secured ? new SslServerAuthenticationOptions { ServerCertificate = certificate } : null);
        var trustAll = new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true };
        var connected = await SmppClient.Connect(Options(server, "b", secured ? trustAll : null), _esme, TimeProvider.System, CancellationToken.None);
        Assert.NotNull(connected.Session);
        await using var session = connected.Session;
        for (var i = 0; i < 50; i++) Assert.True(session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, i));
        await _esme.Hear(50);
        Assert.Equal(Enumerable.Range(0, 50).Cast<object>(), _esme.Answers.Select(a => a.State));
        Assert.True(Assert.Single(server.Sessions).TrySend(CommandId.DeliverSm, new ShortMessage { Content = "down"u8 }, "d"));
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
        var refused = await SmppClient.Connect(Options(server, "wrong", null), _esme, TimeProvider.System, CancellationToken.None);
        Assert.Null(refused.Session);
        Assert.Equal(CommandStatus.InvalidPassword, refused.Status);
        Assert.Contains("ESME_RINVPASWD", refused.Reason, StringComparison.Ordinal);
        var options = Options(server, "b", null);
        await server.DisposeAsync();
        var dead = await SmppClient.Connect(options, new Listening(), TimeProvider.System, CancellationToken.None);
        Assert.Null(dead.Session);
        Assert.NotNull(dead.Reason);
    }

    [Fact]
    public async Task A_hundred_thousand_messages_allocate_next_to_nothing()
    {
        await using var server = Listen(null);
        var counting = new Counting();
        var connected = await SmppClient.Connect(Options(server, "b", null), counting, TimeProvider.System, CancellationToken.None);
        await using var session = connected.Session!;
        await counting.Exchange(session, 20_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await counting.Exchange(session, 100_000);
        var perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / 100_000.0;
        // Both ends are in this process, and other tests may run beside it: what remains is a flush and a read per batch.
        Assert.True(perMessage < 200, $"{perMessage:0} octets a message");
    }

    private SmppServer Listen(SslServerAuthenticationOptions? tls) => new(
        new SmppServerOptions { EndPoint = new(IPAddress.Loopback, 0), Tls = tls },
        _ => _smsc,
        TimeProvider.System);

    private static SmppClientOptions Options(SmppServer server, string password, SslClientAuthenticationOptions? tls) => new()
    {
        Host = "127.0.0.1", Port = server.EndPoint.Port, Credentials = new("a", password, ""), Tls = tls,
    };

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Keeps the window full until a number of messages has been answered.</summary>
    private sealed class Counting : SmppHandler
    {
        private int _toSend;
        private int _toHear;
        private TaskCompletionSource _done = new();

        public async Task Exchange(SmppSession session, int messages)
        {
            _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_toSend, _toHear) = (messages - 1, messages);
            Assert.True(session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, this));
            await _done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
        {
            if (--_toHear == 0) _done.TrySetResult();
            while (_toSend > 0 && session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, this)) _toSend--;
        }
    }
}
