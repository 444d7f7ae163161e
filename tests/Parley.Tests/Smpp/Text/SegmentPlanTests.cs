using CsCheck;
using Parley.Smpp.Text;

namespace Parley.Tests.Smpp.Text;

public sealed class SegmentPlanTests
{
    private static readonly NationalLanguage[] Every =
        [.. Enum.GetValues<NationalLanguage>().Where(l => l != NationalLanguage.Default)];

    [Theory]
    [InlineData(160, ConcatenationKind.Udh8, 1)]
    [InlineData(161, ConcatenationKind.Udh8, 2)]
    [InlineData(306, ConcatenationKind.Udh8, 2)]
    [InlineData(307, ConcatenationKind.Udh8, 3)]
    [InlineData(304, ConcatenationKind.Udh16, 2)]
    [InlineData(305, ConcatenationKind.Udh16, 3)]
    [InlineData(306, ConcatenationKind.Sar, 2)]
    [InlineData(5000, ConcatenationKind.Payload, 1)]
    public void Seven_bit_texts_take_160_or_153_or_152_characters_a_part(
        int length, ConcatenationKind kind, int parts) =>
        Assert.Equal(parts, SegmentPlan.Of(new string('x', length), TextEncoding.Gsm, kind).Count);

    [Theory]
    [InlineData(70, 1)]
    [InlineData(71, 2)]
    [InlineData(134, 2)]
    [InlineData(135, 3)]
    public void UCS2_texts_take_70_or_67_characters_a_part(int length, int parts) =>
        Assert.Equal(parts, SegmentPlan.Of(new string('ж', length), TextEncoding.Ucs2, ConcatenationKind.Udh8).Count);

    [Theory]
    [InlineData(140, 1)]
    [InlineData(141, 2)]
    [InlineData(268, 2)]
    [InlineData(269, 3)]
    public void Octets_take_140_or_134_a_part(int length, int parts) =>
        Assert.Equal(parts, SegmentPlan.OfBinary(new byte[length], [], ConcatenationKind.Udh8).Count);

    // Header alone: 4 octets leave 155 septets; with concatenation 9 octets leave 149, as the standard's arithmetic has it.
    [Theory]
    [InlineData(155, 1)]
    [InlineData(156, 2)]
    [InlineData(298, 2)]
    [InlineData(299, 3)]
    public void Naming_a_table_costs_its_octets_in_every_part(int length, int parts)
    {
        var turkish = GsmTable.Of(NationalLanguage.Turkish, NationalLanguage.Default)!;
        var plan = SegmentPlan.Of(new string('ş', length), TextEncoding.Gsm, ConcatenationKind.Udh8, turkish);
        Assert.Equal(parts, plan.Count);
        Assert.True(plan.HasHeader);
    }

    [Fact]
    public void An_escaped_character_is_never_cut_in_two()
    {
        var text = new string('x', 152) + "€" + new string('x', 10);
        var plan = SegmentPlan.Of(text, TextEncoding.Gsm, ConcatenationKind.Udh8);
        Assert.Equal(2, plan.Count);
        Assert.Equal(text, Join(plan));
        Assert.DoesNotContain('\uFFFD', Join(plan));
    }

    [Fact]
    public void A_surrogate_pair_is_never_cut_in_two()
    {
        var text = new string('ж', 66) + "😀" + new string('ж', 10);
        var plan = SegmentPlan.Of(text, TextEncoding.Ucs2, ConcatenationKind.Udh8);
        var buffer = new byte[200];
        Assert.Equal(6 + (66 * 2), plan.Write(0, 1, buffer));
        Assert.Equal(text, Join(plan));
    }

    [Theory]
    [InlineData("plain text", NationalLanguage.Default, NationalLanguage.Default)]
    [InlineData("Şimdi", null, null)] // one part either way: UCS-2 needs no table of the handset
    public void A_short_text_names_no_table(string text, NationalLanguage? locking, NationalLanguage? single)
    {
        var table = SegmentPlan.ChooseTable(text, Every, ConcatenationKind.Udh8);
        Assert.Equal((locking, single), (table?.Locking, table?.Single));
    }

    [Fact]
    public void The_tables_with_the_fewest_parts_are_chosen_and_only_of_languages_that_are_allowed()
    {
        var rare = new string('x', 140) + "Şş";
        var table = SegmentPlan.ChooseTable(rare, [NationalLanguage.Turkish], ConcatenationKind.Udh8)!;
        Assert.Equal((NationalLanguage.Default, NationalLanguage.Turkish), (table.Locking, table.Single));
        var dense = string.Concat(Enumerable.Repeat("ışğ", 50));
        table = SegmentPlan.ChooseTable(dense, [NationalLanguage.Turkish], ConcatenationKind.Udh8)!;
        Assert.Equal(NationalLanguage.Turkish, table.Locking);
        Assert.Null(SegmentPlan.ChooseTable(dense, [NationalLanguage.Urdu], ConcatenationKind.Udh8));
        Assert.Null(SegmentPlan.ChooseTable(dense, [], ConcatenationKind.Udh8));
    }

    [Fact]
    public void Parts_fit_their_PDU_join_to_the_text_and_are_as_many_as_counted()
    {
        var characters = "abc@€{}^\\[~]|ŞşığçÁáÍíúâêô\u0928\u0947\u0627\u062Fж😀é\n ".EnumerateRunes().ToArray();
        var gen =
            from runes in Gen.OneOfConst(characters).Array[0, 700]
            from kind in Gen.OneOfConst(ConcatenationKind.Udh8, ConcatenationKind.Udh16, ConcatenationKind.Sar)
            select (string.Concat(runes), kind);
        gen.Sample(
            sample =>
            {
                var (text, kind) = sample;
                var table = SegmentPlan.ChooseTable(text, Every, kind);
                var encoding = table is null ? TextEncoding.Ucs2 : TextEncoding.Gsm;
                var plan = SegmentPlan.Of(text, encoding, kind, table);
                Assert.Equal(plan.Count, SegmentPlan.CountParts(text, encoding, kind, table));
                Assert.Equal(text, Join(plan));
                Assert.True(plan.Count <= SegmentPlan.CountParts(text, TextEncoding.Ucs2, kind));
            },
            iter: 1_000);
    }

    private static int Reference(SegmentPlan plan) => plan.Kind == ConcatenationKind.Udh8 ? 0x34 : 0x1234;

    /// <summary>Reads the parts as a handset does, and checks the size of each.</summary>
    private static string Join(SegmentPlan plan)
    {
        var text = new System.Text.StringBuilder();
        for (var part = 0; part < plan.Count; part++)
        {
            var buffer = new byte[plan.LengthOf(part)];
            var written = plan.Write(part, 0x1234, buffer);
            ReadOnlySpan<byte> data = buffer.AsSpan(0, written);
            GsmTable? table = null;
            var header = 0;
            if (plan.HasHeader)
            {
                Assert.True(UserDataHeader.TrySplit(data, out var read, out var rest));
                table = read.Table;
                header = read.Octets.Length;
                if (plan.Count > 1 && plan.Kind != ConcatenationKind.Sar)
                    Assert.Equal(new Concatenation(Reference(plan), plan.Count, part + 1), read.Concatenation);
                data = rest;
            }
            var octets = plan.Encoding == TextEncoding.Gsm ? ((data.Length * 7) + 7) / 8 : data.Length;
            Assert.InRange(octets + header, 0, 140);
            text.Append(UserData.Text(data, plan.Encoding, table));
        }
        return text.ToString();
    }

    [Fact]
    public void A_header_of_the_callers_own_stands_before_the_text_and_costs_its_octets()
    {
        byte[] header = [5, 0, 3, 9, 2, 1];
        var text = new string('a', 153);
        Assert.Equal(1, SegmentPlan.CountParts(text, TextEncoding.Gsm, ConcatenationKind.Udh8, null, header.Length));
        Assert.Equal(2, SegmentPlan.CountParts(text + "a", TextEncoding.Gsm, ConcatenationKind.Udh8, null, header.Length));
        var plan = SegmentPlan.Of(text, TextEncoding.Gsm, ConcatenationKind.Udh8, null, header);
        Assert.Equal((1, true), (plan.Count, plan.HasHeader));
        var octets = new byte[plan.LengthOf(0)];
        var length = plan.Write(0, 77, octets);
        Assert.Equal(159, length);
        Assert.Equal(header, octets[..6]);
        Assert.Equal((byte)'a', octets[6]);
    }
}
