using System.Text;
using Parley.Server.Channels.Carriers;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.Carriers;

/// <summary>What stands in the submit_sm.</summary>
public sealed class SubmitWriterTests
{
    [Theory]
    [InlineData("12025550101", 1, 1)]
    [InlineData("Parley", 5, 0)]
    [InlineData("85500", 3, 0)]
    public async Task The_sender_s_kind_says_its_TON_and_NPI(string from, byte ton, byte npi)
    {
        var submitted = await One(c => c, w => w.Send("x", from));
        Assert.Equal((from, ton, npi), (submitted.From, submitted.SourceTon, submitted.SourceNpi));
        Assert.Equal(("27999000123", 1, 1), (submitted.To, submitted.DestinationTon, submitted.DestinationNpi));
    }

    [Fact]
    public async Task The_carrier_s_own_TON_NPI_and_sender_win()
    {
        var submitted = await One(
            c => c with { SourceTon = 6, SourceNpi = 9, DestinationTon = 0, DestinationNpi = 8, DefaultSender = "777" },
            w => w.Send("x"));
        Assert.Equal(("777", 6, 9, 0, 8), (
            submitted.From, submitted.SourceTon, submitted.SourceNpi,
            submitted.DestinationTon, submitted.DestinationNpi));
    }

    [Theory]
    [InlineData(CarrierAlphabet.Gsm, "a@€é", 0x00, "61001B6505")]
    [InlineData(CarrierAlphabet.Gsm, "жук", 0x08, "04360443043A")]
    [InlineData(CarrierAlphabet.Gsm, "😀", 0x08, "D83DDE00")]
    [InlineData(CarrierAlphabet.Latin1, "a@é", 0x03, "6140E9")]
    [InlineData(CarrierAlphabet.Latin1, "€", 0x08, "20AC")]
    [InlineData(CarrierAlphabet.Ascii, "a@", 0x01, "6140")]
    [InlineData(CarrierAlphabet.Ucs2, "a", 0x08, "0061")]
    public async Task The_alphabet_is_the_carrier_s_while_it_loses_nothing(
        CarrierAlphabet alphabet, string text, byte coding, string hex)
    {
        var submitted = await One(c => c with { Alphabet = alphabet }, w => w.Send(text));
        Assert.Equal((coding, hex), (submitted.DataCoding, Convert.ToHexString(submitted.Content)));
    }

    [Theory]
    [InlineData("hello", 0x10)]
    [InlineData("жук", 0x18)]
    public async Task Flash_is_message_class_0(string text, byte coding) =>
        Assert.Equal(coding, (await One(c => c, w => w.Send(text, flash: true))).DataCoding);

    [Fact]
    public async Task A_forced_encoding_is_used()
    {
        var submitted = await One(c => c, w => w.Send("plain", encoding: "ucs2"));
        Assert.Equal(0x08, submitted.DataCoding);
        submitted = await One(c => c, w => w.Send("ж", encoding: "gsm7"));
        Assert.Equal((0x00, "?"), (submitted.DataCoding, submitted.Text));
    }

    [Fact]
    public async Task A_national_table_is_named_where_the_carrier_may_be_sent_it()
    {
        var text = string.Concat(Enumerable.Repeat("ışğ ", 35));
        var without = await Several(c => c, w => w.Send(text));
        Assert.Equal(3, without.Count);
        var with = await One(c => c with { NationalLanguages = "Turkish" }, w => w.Send(text));
        Assert.Equal((0x40, 0x00), (with.EsmClass, with.DataCoding));
        Assert.Equal("03250101", Convert.ToHexString(with.Content.AsSpan(0, 4)));
    }

    [Theory]
    [InlineData(ConcatenationMethod.Udh8, 0x40, 159, "050003")]
    [InlineData(ConcatenationMethod.Udh16, 0x40, 159, "060804")]
    [InlineData(ConcatenationMethod.Sar, 0x00, 153, "")]
    public async Task Long_texts_go_in_parts_by_the_carrier_s_method(
        ConcatenationMethod method, byte esmClass, int octets, string header)
    {
        var parts = await Several(c => c with { Concatenation = method }, w => w.Send(new string('x', 300)));
        Assert.Equal(2, parts.Count);
        Assert.All(parts, p => Assert.Equal(esmClass, p.EsmClass));
        Assert.Equal(octets, parts[0].Content.Length);
        Assert.StartsWith(header, Convert.ToHexString(parts[0].Content), StringComparison.Ordinal);
        if (method != ConcatenationMethod.Sar) return;
        var numbers = parts.Select(p =>
        {
            var tlvs = new Tlvs(p.Tlvs);
            Assert.True(tlvs.TryGet(TlvTag.SarTotalSegments, out uint total));
            Assert.True(tlvs.TryGet(TlvTag.SarSegmentSequence, out uint sequence));
            Assert.True(tlvs.TryGet(TlvTag.SarMessageReference, out uint reference));
            return (total, sequence, reference);
        }).ToList();
        Assert.Equal([(2u, 1u), (2u, 2u)], numbers.Select(n => (n.total, n.sequence)));
        Assert.Equal(numbers[0].reference, numbers[1].reference);
    }

    [Fact]
    public async Task A_payload_goes_whole()
    {
        var text = new string('x', 1_000);
        var submitted = await One(
            c => c with { Concatenation = ConcatenationMethod.MessagePayload }, w => w.Send(text));
        Assert.Equal(text, submitted.Text);
        Assert.True(new Tlvs(submitted.Tlvs).TryGet(TlvTag.MessagePayload, out ReadOnlySpan<byte> payload));
        Assert.Equal(1_000, payload.Length);
    }

    [Fact]
    public async Task Octets_go_with_their_header_and_long_ones_in_parts()
    {
        byte[] udh = [0x06, 0x05, 0x04, 0x15, 0x8A, 0x00, 0x00];
        var submitted = await One(c => c, w => w.Send(new SmsContent(null, [1, 2, 3], udh, null, false)));
        Assert.Equal((0x40, 0x04, "060504158A0000010203"), (
            submitted.EsmClass, submitted.DataCoding, Convert.ToHexString(submitted.Content)));
        var parts = await Several(c => c, w => w.Send(new SmsContent(null, new byte[200], udh, null, false)));
        Assert.Equal(2, parts.Count);
        var begins = parts.Select(p => Convert.ToHexString(p.Content, 0, 9));
        Assert.All(begins, b => Assert.Equal("0B0504158A00000003", b));
        Assert.All(parts, p => Assert.InRange(p.Content.Length, 13, 140));
    }

    [Theory]
    [InlineData(60, 0, "000000005[0-9]{3}000R|000000010000000R")]
    [InlineData(600, 30, "000000003000000R")]
    public async Task The_validity_left_is_passed_on_up_to_the_carrier_s_longest(int minutes, int most, string expected)
    {
        var submitted = await One(c => c with { MaxValidityMinutes = most }, w => w.Send("x", minutes: minutes));
        Assert.Matches($"^({expected})$", submitted.Validity);
    }

    private static async Task<Submitted> One(Func<Carrier, Carrier> carrier, Func<CarrierWorld, TestSubmission> send) =>
        Assert.Single(await Several(carrier, send));

    private static async Task<IReadOnlyList<Submitted>> Several(
        Func<Carrier, Carrier> carrier, Func<CarrierWorld, TestSubmission> send)
    {
        await using var smsc = new ScriptedSmsc();
        await using var world = new CarrierWorld();
        await world.Up(carrier(CarrierWorld.To(smsc)));
        await send(world).AllAccepted();
        return smsc.All;
    }
}
