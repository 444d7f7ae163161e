using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp.Pdus;

public sealed class GoldenTests
{
    private static Address From => new(5, 0, "Shop"u8);

    private static Address To => new(1, 1, "27821234567"u8);

    [Fact]
    public void A_header_is_four_big_endian_numbers()
    {
        var octets = new byte[16];
        new PduHeader(0x2F, CommandId.BindTransmitter, CommandStatus.Throttled, 0x7FFF_FFFF).Write(octets);
        Assert.Equal("0000002F" + "00000002" + "00000058" + "7FFFFFFF", Convert.ToHexString(octets));
        Assert.Equal(new PduHeader(0x2F, CommandId.BindTransmitter, CommandStatus.Throttled, 0x7FFF_FFFF),
            PduHeader.Read(octets));
    }

    [Fact]
    public void A_bind_is_written_and_read() => Golden.Holds(
        new Bind
        {
            SystemId = "SMPP3TEST"u8,
            Password = "secret08"u8,
            SystemType = "SUBMIT1"u8,
            InterfaceVersion = 0x34,
            AddressTon = 1,
            AddressNpi = 1,
        },
        "534D5050335445535400 7365637265743038 00 5355424D49543100 34 01 01 00");

    [Fact]
    public void A_bind_response_names_its_version() =>
        Golden.Holds(
            new BindResp { SystemId = "SMSC"u8, Tlvs = new([0x02, 0x10, 0, 1, 0x34]) }, "534D534300 0210 0001 34");

    [Fact]
    public void An_outbind_is_written_and_read() =>
        Golden.Holds(new Outbind { SystemId = "SMSC"u8, Password = "pw"u8 }, "534D534300 707700");

    [Fact]
    public void A_short_message_is_written_and_read()
    {
        const string hex =
            "00 05 00 53686F7000 01 01 323738323132333435363700 40 00 03 00 3030303030323030303030303030305200 01 00 08 00 02 0041 020C 0002 0102";
        Golden.Holds(
            new ShortMessage
            {
                Source = From,
                Destination = To,
                EsmClass = 0x40,
                Priority = 3,
                Validity = "000002000000000R"u8,
                RegisteredDelivery = 1,
                DataCoding = 8,
                Content = [0, 0x41],
                Tlvs = new([0x02, 0x0C, 0, 2, 1, 2]),
            },
            hex);
        ShortMessage.TryRead(Golden.Bytes(hex), out var read);
        Assert.Equal("27821234567", CString.Text(read.Destination.Digits));
        Assert.True(read.HasUserDataHeader);
        Assert.True(read.Tlvs.TryGet(TlvTag.SarMessageReference, out uint reference));
        Assert.Equal(0x0102u, reference);
    }

    [Fact]
    public void A_message_response_carries_its_id_even_without_the_nul()
    {
        Golden.Holds(new MessageResp { MessageId = "0a1b"u8 }, "3061316200");
        Assert.Equal(CommandStatus.Ok, MessageResp.TryRead("0a1b"u8, out var bare));
        Assert.Equal("0a1b", CString.Text(bare.MessageId));
        Assert.Equal(CommandStatus.Ok, MessageResp.TryRead(default, out var empty));
        Assert.True(empty.MessageId.IsEmpty);
    }

    [Fact]
    public void A_data_sm_is_written_and_read() => Golden.Holds(
        new DataSm
        {
            Source = From,
            Destination = To,
            RegisteredDelivery = 1,
            DataCoding = 4,
            Tlvs = new([0x04, 0x24, 0, 3, 0x68, 0x65, 0x79]),
        },
        "00 05 00 53686F7000 01 01 323738323132333435363700 00 01 04 0424 0003 686579");

    [Fact]
    public void A_submit_multi_lists_addresses_and_lists()
    {
        const string hex = "00 05 00 53686F7000 02 01 01 01 3237383200 02 66616D00 00 00 00 00 00 00 00 00 00 02 6869";
        Golden.Holds(new SubmitMulti(new ShortMessage { Source = From, Content = "hi"u8 }, 2,
            Golden.Bytes("01 01 01 3237383200 02 66616D00")), hex);
        SubmitMulti.TryRead(Golden.Bytes(hex), out var read);
        Assert.Equal(["2782", "list fam"], Each(read));
    }

    [Fact]
    public void A_submit_multi_response_lists_what_was_refused() =>
        Golden.Holds(new SubmitMultiResp("7"u8, 1, Golden.Bytes("01 01 3237383200 0000000B")),
            "3700 01 01 01 3237383200 0000000B");

    [Fact]
    public void A_query_and_its_response_are_written_and_read()
    {
        Golden.Holds(new QuerySm { MessageId = "7"u8, Source = From }, "3700 05 00 53686F7000");
        Golden.Holds(
            new QuerySmResp { MessageId = "7"u8, FinalDate = "261124015500000+"u8, MessageState = 2, ErrorCode = 0 },
            "3700 3236313132343031353530303030302B00 02 00");
    }

    [Fact]
    public void A_cancel_is_written_and_read() =>
        Golden.Holds(new CancelSm { MessageId = "7"u8, Source = From, Destination = To },
            "00 3700 05 00 53686F7000 01 01 323738323132333435363700");

    [Fact]
    public void A_replace_is_written_and_read() =>
        Golden.Holds(new ReplaceSm { MessageId = "7"u8, Source = From, RegisteredDelivery = 1, Content = "new"u8 },
            "3700 05 00 53686F7000 00 00 01 00 03 6E6577");

    [Fact]
    public void An_alert_is_written_and_read() =>
        Golden.Holds(new AlertNotification { Source = To, Esme = From, Tlvs = new([0x04, 0x22, 0, 1, 0]) },
            "01 01 323738323132333435363700 05 00 53686F7000 0422 0001 00");

    [Fact]
    public void An_older_peer_gets_no_optional_parameters() =>
        Assert.Equal("3700", Convert.ToHexString(
            Golden.Written(new MessageResp { MessageId = "7"u8, Tlvs = new([0x04, 0x27, 0, 1, 2]) }, withTlvs: false)));

    [Theory]
    [InlineData("", CommandStatus.InvalidCommandLength)]
    [InlineData("00 05 00 53686F70", CommandStatus.InvalidCommandLength)]
    [InlineData("4142434445464748494A4B4C4D4E4F505100", CommandStatus.InvalidParameterLength)]
    [InlineData("00 05 00 00 01 01 00 00 00 00 00 00 00 00 00 00 09 6869", CommandStatus.InvalidMessageLength)]
    [InlineData("00 05 00 00 01 01 00 00 00 00 00 00 00 00 00 00 00 0424 0009 68", CommandStatus.InvalidOptionalStream)]
    public void A_malformed_message_is_named_in_the_protocols_words(string hex, CommandStatus expected) =>
        Assert.Equal(expected, ShortMessage.TryRead(Golden.Bytes(hex), out _));

    [Fact]
    public void A_submit_multi_to_nobody_or_with_an_unknown_flag_is_refused()
    {
        Assert.Equal(
            CommandStatus.InvalidNumberOfDestinations, SubmitMulti.TryRead(Golden.Bytes("00 05 00 00 00"), out _));
        Assert.Equal(
            CommandStatus.InvalidDestinationFlag, SubmitMulti.TryRead(Golden.Bytes("00 05 00 00 01 07 00"), out _));
    }

    [Fact]
    public void Unknown_parameters_are_kept_in_order()
    {
        var seen = new List<string>();
        foreach (var tlv in new Tlvs(Golden.Bytes("1400 0001 07 0427 0001 02 3FFF 0000")))
            seen.Add($"{(ushort)tlv.Tag:X4}={Convert.ToHexString(tlv.Value)}");
        Assert.Equal(["1400=07", "0427=02", "3FFF="], seen);
    }

    private static List<string> Each(SubmitMulti multi)
    {
        var all = new List<string>();
        var destinations = multi.Destinations;
        while (destinations.MoveNext())
            all.Add(destinations.List.IsEmpty
                ? CString.Text(destinations.Current.Digits) : $"list {CString.Text(destinations.List)}");
        return all;
    }
}
