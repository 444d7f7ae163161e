using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Smpp;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>Receipts and messages from phones on their way to clients: at once, later, again.</summary>
public sealed class DeliveriesTests
{
    private const string Phone = "27999000700";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_submit_reaches_the_phone_and_its_receipt_the_client(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var id = await esme.Sent(Phone, "Your code is 1234", from: "Bank");
        Assert.Matches("^[0-9a-f]{32}$", id);
        var receipt = Assert.Single(await esme.Receives(1));
        Assert.Matches(
            $"^id:{id} sub:001 dlvrd:001 submit date:[0-9]{{10}} done date:[0-9]{{10}} stat:DELIVRD err:000 " +
            "text:Your code is 1234$", receipt.Text);
        Assert.Equal((Phone, "Bank", (byte)0x04), (receipt.From, receipt.To, receipt.EsmClass));
        Assert.Equal(id + "\0", Encoding.ASCII.GetString(receipt.Tlv(TlvTag.ReceiptedMessageId)!));
        Assert.Equal([2], receipt.Tlv(TlvTag.MessageState)!);
        Assert.Null(receipt.Tlv(TlvTag.NetworkErrorCode));
        Assert.Equal("Your code is 1234", Assert.Single(world.Server.Phones.On(Phone)).Text);
        await Eventually.Holds(
            async () => (await world.Timeline(id)).Contains("told-final"), "the receipt is settled in the timeline");
        Assert.Equal(0, await world.Waiting());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Receipts_wait_while_nobody_is_bound_who_takes_them_also_over_a_restart(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        var ids = new List<string>();
        await using (var sender = await world.Bound(CommandId.BindTransmitter))
            for (var i = 0; i < 5; i++) ids.Add(await sender.Sent(Phone, $"later {i}"));
        await Eventually.Holds(async () => await world.Waiting() == 5, "five receipts wait");
        await world.Server.Restart();
        await using var receiver = await world.Bound(CommandId.BindReceiver);
        var receipts = await receiver.Receives(5);
        Assert.Equal(ids.Order(), receipts.Select(r => r.Id).Order());
        await Eventually.Holds(async () => await world.Waiting() == 0, "nothing waits any more");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_from_a_phone_reaches_the_client_and_a_long_one_in_parts(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound(CommandId.BindReceiver);
        await Eventually.Holds(
            () => world.Server.Smsc.SendFromPhone(Phone, SmppWorld.Number, "Yes @ 5€"), "the carrier's bind is up");
        var one = Assert.Single(await esme.Receives(1));
        Assert.Equal((Phone, SmppWorld.Number, 0, 0), (one.From, one.To, one.EsmClass, one.DataCoding));
        Assert.Equal("Yes @ 5€", UserData.Text(one.Content, TextEncoding.Gsm));
        var text = string.Concat(Enumerable.Repeat("Да, пожалуйста! ", 12)).Trim();
        Assert.True(world.Server.Smsc.SendFromPhone(Phone, SmppWorld.Number, text));
        var parts = (await esme.Receives(4)).Skip(1).Select(Part).OrderBy(p => p.Joined.Sequence).ToList();
        Assert.Equal([1, 2, 3], parts.Select(p => p.Joined.Sequence));
        Assert.Single(parts.Select(p => (p.Joined.Reference, p.Joined.Total)).Distinct());
        Assert.Equal(text, string.Concat(parts.Select(p => p.Text)));
        await Eventually.Holds(async () => await world.Waiting() == 0, "all of it is acknowledged");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Messages_from_phones_wait_for_a_client_and_a_refused_one_is_tried_again(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await Eventually.Holds(
            () => world.Server.Smsc.SendFromPhone(Phone, SmppWorld.Number, "Anybody?"), "the carrier's bind is up");
        await Eventually.Holds(async () => await world.Waiting() == 1, "it waits");
        var refusals = 1;
        await using var esme = await world.Bound(CommandId.BindTransmitter);
        await using var receiver = await Esme.Bound(
            world.Port, SmppWorld.Gate, CommandId.BindReceiver, reply: _ => Interlocked.Decrement(ref refusals) >= 0
                ? CommandStatus.ReceiverTemporaryError : CommandStatus.Ok);
        await receiver.Receives(1);
        // Twice, if it has gone again by itself meanwhile.
        await Eventually.Holds(
            async () => await Tries(world) >= 1 || receiver.Deliveries.Count > 1, "the refusal is kept");
        world.Server.Clock.Jump(TimeSpan.FromMinutes(1));
        Assert.Equal(["Anybody?", "Anybody?"], (await receiver.Receives(2)).Select(d => d.Text));
        await Eventually.Holds(async () => await world.Waiting() == 0, "nothing waits any more");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_whose_session_is_lost_goes_to_another_and_the_timeline_says_so(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        var silent = await world.Bound();
        silent.Reply = static _ => null;
        var id = await silent.Sent(Phone, "twice");
        await silent.Receives(1);
        await using var other = await world.Bound(CommandId.BindReceiver);
        await silent.DisposeAsync();
        Assert.Equal(id, Assert.Single(await other.Receives(1)).Id);
        await Eventually.Holds(
            async () => (await world.Timeline(id)).Contains("receipt-may-repeat"), "the timeline says so");
        await Eventually.Holds(async () => await world.Waiting() == 0, "it is acknowledged");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_is_refused_is_tried_again_until_it_is_acknowledged(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var refusals = 2;
        esme.Reply = _ => Interlocked.Decrement(ref refusals) >= 0 ? CommandStatus.MessageQueueFull : CommandStatus.Ok;
        var id = await esme.Sent(Phone, "again");
        for (var tries = 1; tries <= 2; tries++)
        {
            await esme.Receives(tries);
            var wanted = tries;
            await Eventually.Holds(
                async () => await Tries(world) >= wanted || esme.Deliveries.Count > wanted,
                $"refusal {wanted} is kept");
            world.Server.Clock.Jump(TimeSpan.FromMinutes(2));
        }
        Assert.All(await esme.Receives(3), d => Assert.Equal(id, d.Id));
        await Eventually.Holds(async () => await world.Waiting() == 0, "it is acknowledged");
    }

    [Fact]
    public async Task A_silent_session_gets_its_window_and_no_more_and_the_rest_goes_to_others()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var silent = await Esme.Bound(world.Port, SmppWorld.Narrow, CommandId.BindReceiver);
        silent.Reply = static _ => null;
        await using var sender = await Esme.Bound(world.Port, SmppWorld.Narrow, CommandId.BindTransmitter);
        var ids = new List<string>();
        while (ids.Count < 20)
        {
            var reply = await sender.Submit("27999000702", "window");
            if (reply.Status == CommandStatus.Ok) ids.Add(Esme.IdOf(reply));
        }
        await silent.Receives(5);
        foreach (var id in ids) await world.Server.Becomes(id, "DEVICE_ACK", "smpp-narrow-key-0001==");
        Assert.Equal(5, silent.Deliveries.Count);
        await using var other = await Esme.Bound(world.Port, SmppWorld.Narrow, CommandId.BindReceiver);
        await other.Receives(15);
        Assert.Equal(ids.Order(), silent.Deliveries.Concat(other.Deliveries).Select(d => d.Id).Order());
    }

    [Fact]
    public async Task Receipts_are_spread_over_the_sessions()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var first = await world.Bound(CommandId.BindReceiver);
        await using var second = await world.Bound(CommandId.BindReceiver);
        await using var sender = await world.Bound(CommandId.BindTransmitter);
        for (var i = 0; i < 20; i++) await sender.Sent("27999000703", $"spread {i}");
        await Eventually.Holds(() => first.Deliveries.Count + second.Deliveries.Count == 20, "all receipts");
        Assert.InRange(first.Deliveries.Count, 8, 12);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task After_three_days_a_receipt_is_dropped_and_the_timeline_says_so(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        string id;
        await using (var sender = await world.Bound(CommandId.BindTransmitter)) id = await sender.Sent(Phone, "nobody");
        await Eventually.Holds(async () => await world.Waiting() == 1, "it waits");
        world.Server.Clock.Jump(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        await Eventually.Holds(async () => await world.Waiting() == 0, "it is dropped");
        Assert.Contains("receipt-dropped", await world.Timeline(id));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_final_receipt_waits_for_the_notification_that_was_not_taken(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        string id;
        await using (var sender = await world.Bound(CommandId.BindTransmitter))
            id = await sender.Sent(Phone, "in order", registered: 0x11);
        await Eventually.Holds(async () => await world.Waiting() == 2, "both wait");
        await using var receiver = await world.Bound(CommandId.BindReceiver);
        Assert.Equal([(id, "ACCEPTD"), (id, "DELIVRD")], (await receiver.Receives(2)).Select(d => (d.Id, d.Stat)));
    }

    /// <summary>What a commit leaves whose answer was lost: the row is this node's, and nobody has it in hand.</summary>
    [Fact]
    public async Task A_row_that_is_this_nodes_and_in_nobodys_hand_is_delivered_after_a_while()
    {
        await using var world = await SmppWorld.Start("sqlite");
        string id;
        await using (var sender = await world.Bound(CommandId.BindTransmitter)) id = await sender.Sent(Phone, "lost");
        await Eventually.Holds(async () => await world.Waiting() == 1, "it waits");
        var services = world.Server.Services;
        await services.GetRequiredService<Database>().Transact(
            tx => tx.Execute(
                "UPDATE smpp_deliveries SET owner = @owner", new { owner = services.GetRequiredService<Node>().Id }),
            CancellationToken.None);
        await using var receiver = await world.Bound(CommandId.BindReceiver);
        await Eventually.Holds(
            () =>
            {
                world.Server.Clock.Jump(TimeSpan.FromSeconds(10));
                return receiver.Deliveries.Count == 1;
            },
            "it is delivered");
        Assert.Equal(id, receiver.Deliveries.Single().Id);
    }

    [Fact]
    public async Task A_client_that_is_bound_to_another_node_gets_its_receipts_there_and_each_once()
    {
        TestEngine.NeedsPostgres();
        await using var world = await SmppWorld.Start("postgres");
        var (other, port) = await world.Beside();
        await using var node = other;
        await using var sender = await world.Bound(CommandId.BindTransmitter);
        await using var receiver = await Esme.Bound(port, SmppWorld.Gate, CommandId.BindReceiver);
        var ids = new List<string>();
        for (var i = 0; i < 20; i++) ids.Add(await sender.Sent("27999000704", $"to the other node {i}"));
        await receiver.Receives(20);
        await Eventually.Holds(async () => await world.Waiting() == 0, "all are acknowledged");
        Assert.Equal(ids.Order(), receiver.Deliveries.Select(d => d.Id).Order());
    }

    private static async Task<long> Tries(SmppWorld world) =>
        (await world.Admin("/smpp/deliveries"))["clients"]!.AsArray().Sum(c => (long)c!["attempts"]!);

    private static (Concatenation Joined, string Text) Part(Got got)
    {
        Assert.Equal((0x40, 8), (got.EsmClass, got.DataCoding));
        Assert.True(UserDataHeader.TrySplit(got.Content, out var header, out var rest));
        return (header.Concatenation!.Value, UserData.Text(rest, TextEncoding.Ucs2)!);
    }
}
