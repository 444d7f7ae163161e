using System.Text;
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
}
