using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Server.Channels.Carriers;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.Carriers;

/// <summary>Binds and their life, against an SMSC on a real socket.</summary>
public sealed class CarrierPoolTests
{
    [Theory]
    [InlineData(BindMode.Transceiver, "BindTransceiver")]
    [InlineData(BindMode.Transmitter, "BindTransmitter")]
    [InlineData(BindMode.TransmitterAndReceiver, "BindReceiver,BindTransmitter")]
    public async Task Binds_as_the_mode_says_and_as_often_as_asked(BindMode mode, string kinds)
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Pool.Replace([CarrierWorld.To(smsc) with { Mode = mode, Binds = 2 }]);
        var expected = kinds.Split(',').SelectMany(k => (string[])[k, k]).Order().ToList();
        await Eventually.Holds(() => smsc.Binds.Count == expected.Count, "every bind came");
        Assert.Equal(expected, smsc.Binds.Select(b => b.ToString()).Order());
        await Eventually.Holds(() => world.Pool.States[0].Binds.All(b => b.Up), "every bind is up");
    }

    [Fact]
    public async Task A_refused_bind_is_shown_and_tried_again_until_it_is_let_in()
    {
        await using var smsc = new ScriptedSmsc { Bind = CommandStatus.InvalidPassword };
        await using var world = new CarrierWorld();
        await world.Pool.Replace([CarrierWorld.To(smsc)]);
        await Eventually.Holds(() => world.Pool.States[0].Binds[0].Trouble is not null, "the trouble is shown");
        Assert.Contains("ESME_RINVPASWD", world.Pool.States[0].Binds[0].Trouble, StringComparison.Ordinal);
        Assert.Equal(Offer.Down, world.Pool.TrySubmit("c", new TestSubmission(Text("x"), "", DateTimeOffset.UtcNow)));
        smsc.Bind = CommandStatus.Ok;
        await Eventually.Holds(() => world.Pool.States[0].Up, "the carrier is up");
        Assert.Null(world.Pool.States[0].Binds[0].Trouble);
    }

    [Fact]
    public async Task A_carrier_whose_first_bind_is_not_answered_yet_is_starting()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var world = new CarrierWorld();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await world.Pool.Replace(
            [new Carrier { Id = "c", Host = "127.0.0.1", Port = port, SystemId = "parley", Password = "secret" }]);
        var submission = new TestSubmission(Text("x"), "", DateTimeOffset.UtcNow);
        using (await silent.AcceptTcpClientAsync())
            Assert.Equal(Offer.Starting, world.Pool.TrySubmit("c", submission));
        await Eventually.Holds(() => world.Pool.States[0].Binds[0].Trouble is not null, "the trouble is shown");
        Assert.Equal(Offer.Down, world.Pool.TrySubmit("c", submission));
    }

    [Fact]
    public async Task An_SMSC_that_restarts_is_bound_again()
    {
        var smsc = new ScriptedSmsc(Ports.Free());
        await using var world = new CarrierWorld();
        var carrier = CarrierWorld.To(smsc);
        await world.Up(carrier);
        await smsc.DisposeAsync();
        await Eventually.Holds(() => !world.Pool.States[0].Up, "the carrier is down");
        await using var again = new ScriptedSmsc(carrier.Port);
        await Eventually.Holds(() => world.Pool.States[0].Up, "the carrier is up again");
        await world.Send("back").AllAccepted();
    }

    [Fact]
    public async Task What_was_out_when_the_connection_broke_is_given_back_as_a_possible_repeat()
    {
        await using var smsc = new ScriptedSmsc { Answer = static _ => null };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc) with { Window = 1 });
        var sent = world.Send("sent");
        await Eventually.Holds(() => smsc.All.Count == 1, "one is out");
        var waiting = world.Send("waiting");
        smsc.Cut();
        Assert.Equal((Returned.Down, true), await Deadline.For(sent.Back.Task, "what was sent"));
        Assert.Equal((Returned.Down, false), await Deadline.For(waiting.Back.Task, "what was not"));
    }

    [Fact]
    public async Task No_more_than_the_window_is_out_at_once()
    {
        await using var smsc = new ScriptedSmsc { Answer = static _ => null };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc) with { Window = 3 });
        var all = Enumerable.Range(0, 8).Select(i => world.Send($"m{i}")).ToList();
        await Eventually.Holds(() => smsc.All.Count == 3, "the window is full");
        Assert.Equal(5, world.Pool.States[0].Queued);
        smsc.Answer = static _ => CommandStatus.Ok;
        foreach (var out_ in smsc.All) smsc.Reply(out_, CommandStatus.Ok);
        foreach (var one in all) await one.AllAccepted();
        Assert.Equal(8, smsc.All.Count);
    }

    [Fact]
    public async Task The_rate_holds_for_parts()
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc) with { MessagesPerSecond = 20 });
        var since = System.Diagnostics.Stopwatch.StartNew();
        var all = Enumerable.Range(0, 10).Select(_ => world.Send(new string('x', 200))).ToList();
        foreach (var one in all) await one.AllAccepted();
        // 20 parts at 20 a second with a burst of 2: never faster than 0.85 s, however fast the machine.
        Assert.True(since.Elapsed > TimeSpan.FromSeconds(0.85), since.Elapsed.ToString());
    }

    [Fact]
    public async Task Throttled_is_slower_and_again_until_it_is_taken()
    {
        var refusals = 0;
        await using var smsc = new ScriptedSmsc
        {
            Answer = _ => ++refusals <= 4
                ? refusals % 2 == 0 ? CommandStatus.MessageQueueFull : CommandStatus.Throttled
                : CommandStatus.Ok,
        };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        var message = world.Send("patience");
        await message.AllAccepted();
        Assert.Equal(5, smsc.All.Count);
        Assert.False(message.Back.Task.IsCompleted);
    }

    [Theory]
    [InlineData(CommandStatus.InvalidDestinationAddress, 29)]
    [InlineData(CommandStatus.SubmitFailed, 23)]
    [InlineData(CommandStatus.InvalidSourceAddress, 23)]
    public async Task A_refusal_for_good_names_the_status(CommandStatus answer, int code)
    {
        await using var smsc = new ScriptedSmsc { Answer = _ => answer };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        var message = world.Send("no");
        Assert.Equal((0, (uint)answer, code), await Deadline.For(message.Refused.Task, "the refusal"));
        Assert.Single(smsc.All);
    }

    [Theory]
    [InlineData(CommandStatus.SystemError)]
    [InlineData(CommandStatus.ReceiverTemporaryError)]
    public async Task Unavailable_gives_the_message_back_for_another_route(CommandStatus answer)
    {
        await using var smsc = new ScriptedSmsc { Answer = _ => answer };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        var message = world.Send("elsewhere");
        Assert.Equal((Returned.Unavailable, false), await Deadline.For(message.Back.Task, "the return"));
    }

    [Fact]
    public async Task Only_the_part_that_was_throttled_is_sent_again()
    {
        var throttled = false;
        await using var smsc = new ScriptedSmsc();
        smsc.Answer = submitted =>
        {
            if (throttled || submitted.Content[5] != 2) return CommandStatus.Ok;
            throttled = true;
            return CommandStatus.Throttled;
        };
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        await world.Send(new string('x', 400)).AllAccepted();
        Assert.Equal([1, 2, 2, 3], smsc.All.Select(s => (int)s.Content[5]).Order());
    }

    [Fact]
    public async Task TLS_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var smsc = new ScriptedSmsc(tls: new() { ServerCertificate = certificate });
        await using var world = new CarrierWorld();
        await world.Pool.Replace([CarrierWorld.To(smsc) with { Tls = true }]);
        await Eventually.Holds(() => world.Pool.States[0].Binds[0].Trouble is not null, "the trouble is shown");
        Assert.False(world.Pool.States[0].Up);
        await world.Up(CarrierWorld.To(smsc) with { Tls = true, TlsTrustAny = true });
        await world.Send("secret").AllAccepted();
    }

    [Fact]
    public async Task A_carrier_that_did_not_change_keeps_its_bind()
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        await world.Pool.Replace([CarrierWorld.To(smsc), CarrierWorld.To(smsc) with { Id = "other" }]);
        await Eventually.Holds(() => world.Pool.States.All(s => s.Up), "both are up");
        Assert.Equal(2, smsc.Binds.Count);
        await world.Pool.Replace([CarrierWorld.To(smsc) with { Window = 5 }]);
        await Eventually.Holds(() => smsc.Binds.Count == 3 && smsc.Sessions.Count() == 1, "one bound anew, one went");
    }

    private static SmsContent Text(string text) => new(text, null, null, null, false);
}
