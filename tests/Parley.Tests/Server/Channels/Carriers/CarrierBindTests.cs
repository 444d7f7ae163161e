using System.Text;
using Parley.Server.Channels.Carriers;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.Carriers;

/// <summary>What comes the other way: receipts and messages from phones.</summary>
public sealed class CarrierBindTests
{
    private const string Sms = "27999000123";

    [Theory]
    [InlineData("id:abc sub:001 dlvrd:001 done date:2609010001 stat:DELIVRD err:000 text:hi", ReceiptState.Delivered)]
    [InlineData("id:abc stat:UNDELIV err:034", ReceiptState.Undeliverable)]
    [InlineData("id:abc stat:EXPIRED err:034", ReceiptState.Expired)]
    [InlineData("id:abc stat:REJECTD err:034", ReceiptState.Rejected)]
    [InlineData("id:abc stat:DELETED err:034", ReceiptState.Deleted)]
    [InlineData("id:abc stat:ACCEPTD err:000", ReceiptState.Accepted)]
    [InlineData("id:abc stat:ENROUTE err:000", ReceiptState.Enroute)]
    [InlineData("Id:ABC Sub:001 Stat:delivrd Err:000", ReceiptState.Delivered)]
    public async Task A_receipt_s_text_is_read(string text, ReceiptState state)
    {
        var receipt = await Receipt(Encoding.ASCII.GetBytes(text), []);
        Assert.Equal(("abc", state), (receipt.CarrierMessageId, receipt.State));
    }

    [Fact]
    public async Task A_receipt_s_TLVs_are_read_also_without_text()
    {
        // receipted_message_id 0x001E, message_state 0x0427, network_error_code 0x0423
        var receipt = await Receipt([], Convert.FromHexString("001E000461626300" + "0427000105" + "0423000303000C"));
        Assert.Equal(("abc", ReceiptState.Undeliverable), (receipt.CarrierMessageId, receipt.State));
    }

    [Theory]
    [InlineData(ReceiptIdFormat.AsGiven, "00012AB", "12ab", "")]
    [InlineData(ReceiptIdFormat.DecimalOfHex, "4779", "12ab", "")]
    [InlineData(ReceiptIdFormat.Auto, "4779", "4779", "12ab,18297")]
    public async Task The_id_takes_the_form_in_which_it_is_looked_for(
        ReceiptIdFormat format, string given, string id, string others)
    {
        var text = Encoding.ASCII.GetBytes($"id:{given} stat:DELIVRD err:000");
        var receipt = await Receipt(text, [], c => c with { ReceiptIds = format });
        Assert.Equal((id, others), (receipt.CarrierMessageId, string.Join(',', receipt.OtherIds)));
    }

    [Fact]
    public async Task Receipts_press_once_three_quarters_of_the_window_are_unanswered()
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld { Waiting = true };
        await world.Up(CarrierWorld.To(smsc) with { Window = 4 });
        for (var i = 1; i <= 4; i++)
            smsc.Deliver(Sms, "1", 0x04, 0, Encoding.ASCII.GetBytes($"id:{i} stat:DELIVRD err:000"));
        await Eventually.Holds(() => world.Receipts.Count == 4, "all receipts are there");
        Assert.Equal([false, false, true, true], world.Receipts.Select(r => r.Pressing));
    }

    [Fact]
    public async Task A_receipt_that_can_not_be_kept_is_refused_so_that_it_comes_again()
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld { Keep = false };
        await world.Up(CarrierWorld.To(smsc));
        smsc.Deliver(Sms, "1", 0x04, 0, "id:1 stat:DELIVRD err:000"u8.ToArray());
        await Eventually.Holds(() => !smsc.Answers.IsEmpty, "the answer");
        Assert.Equal((true, CommandStatus.ReceiverTemporaryError), smsc.Answers.Single());
    }

    [Theory]
    [InlineData(0x00, "00411B65", "@A€")]
    [InlineData(0x08, "0436D83DDE00", "ж😀")]
    [InlineData(0x03, "E9", "é")]
    [InlineData(0x01, "41", "A")]
    [InlineData(0xF0, "41", "A")]
    public async Task A_phone_s_text_is_decoded_by_its_data_coding(byte coding, string hex, string text)
    {
        var inbound = await Inbound(0, coding, Convert.FromHexString(hex));
        Assert.Equal((text, Sms, "12345"), (inbound.Text, inbound.From, inbound.To));
    }

    [Fact]
    public async Task Octets_stay_octets()
    {
        var inbound = await Inbound(0, 0x04, [0xCA, 0xFE]);
        Assert.Null(inbound.Text);
        Assert.Equal("CAFE", Convert.ToHexString(inbound.Data!));
    }

    [Fact]
    public async Task Parts_say_where_they_belong_and_name_their_tables()
    {
        var inbound = await Inbound(0x40, 0, [0x05, 0x00, 0x03, 0x2A, 0x03, 0x02, 0x41]);
        Assert.Equal(("A", 42, 3, 2), (inbound.Text, inbound.Reference, inbound.Total, inbound.Sequence));
        inbound = await Inbound(0x40, 0, [0x06, 0x08, 0x04, 0x01, 0x2A, 0x03, 0x03, 0x41]);
        Assert.Equal((298, 3, 3), (inbound.Reference, inbound.Total, inbound.Sequence));
        inbound = await Inbound(0x40, 0, [0x03, 0x25, 0x01, 0x01, 0x0B]);
        Assert.Equal("Ğ", inbound.Text);
    }

    private static async Task<ReceiptArrival> Receipt(byte[] text, byte[] tlvs, Func<Carrier, Carrier>? change = null)
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Up((change ?? (c => c))(CarrierWorld.To(smsc)));
        smsc.Deliver(Sms, "12345", 0x04, 0, text, tlvs);
        await Eventually.Holds(() => !smsc.Answers.IsEmpty, "the answer");
        Assert.Equal((true, CommandStatus.Ok), smsc.Answers.Single());
        return world.Receipts.Single();
    }

    private static async Task<InboundArrival> Inbound(byte esmClass, byte coding, byte[] content)
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Up(CarrierWorld.To(smsc));
        smsc.Deliver(Sms, "12345", esmClass, coding, content);
        await Eventually.Holds(() => !smsc.Answers.IsEmpty, "the answer");
        Assert.Equal((true, CommandStatus.Ok), smsc.Answers.Single());
        return world.Inbound.Single();
    }
}
