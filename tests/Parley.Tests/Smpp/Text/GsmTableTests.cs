using CsCheck;
using Parley.Smpp.Text;

namespace Parley.Tests.Smpp.Text;

/// <summary>3GPP TS 23.038 §6.2.1 and annex A.</summary>
public sealed class GsmTableTests
{
    /// <summary>Every pair of tables that there is.</summary>
    public static TheoryData<NationalLanguage, NationalLanguage> Pairs
    {
        get
        {
            var pairs = new TheoryData<NationalLanguage, NationalLanguage>();
            foreach (var locking in Enum.GetValues<NationalLanguage>())
                foreach (var single in Enum.GetValues<NationalLanguage>())
                    if (GsmTable.Of(locking, single) is not null) pairs.Add(locking, single);
            return pairs;
        }
    }

    [Fact]
    public void There_are_twelve_alphabets_and_thirteen_tables_behind_the_escape()
    {
        Assert.Equal((1 + 12) * (1 + 13), Pairs.Count);
        Assert.Null(GsmTable.Of(NationalLanguage.Spanish, NationalLanguage.Default));
        Assert.Null(GsmTable.Of(NationalLanguage.Default, (NationalLanguage)14));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_septet_that_means_something_comes_back_as_the_same_character(
        NationalLanguage locking, NationalLanguage single)
    {
        var table = GsmTable.Of(locking, single)!;
        for (var septet = 0; septet < 128; septet++)
        {
            if (septet == GsmTable.Escape) continue;
            foreach (var octets in (byte[][])[[(byte)septet], [GsmTable.Escape, (byte)septet]])
            {
                var text = table.Decode(octets);
                Assert.Equal(1, text.Length);
                if (text[0] == '\uFFFD') continue;
                var again = new byte[2];
                var length = table.Encode(text, again);
                Assert.Equal(length, table.Count(text));
                Assert.Equal(text, table.Decode(again.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void The_default_pair_is_the_default_alphabet_with_its_extension()
    {
        Assert.Equal("00 01 02 04 1B65 1B28", Hex(GsmTable.Default, "@£$è€{"));
        Assert.Equal(-1, GsmTable.Default.Count("Ş"));
        Assert.Equal("?", GsmTable.Default.Decode([0x3F]));
        Assert.Equal("\uFFFD\uFFFD", GsmTable.Default.Decode([0xFF, GsmTable.Escape]));
    }

    // One sentence per language, its octets taken from the rows and columns of the standard's tables.
    [Theory]
    [InlineData(NationalLanguage.Turkish, NationalLanguage.Default, "İğneçŞ", "40 0C 6E 65 60 1C")]
    [InlineData(NationalLanguage.Default, NationalLanguage.Turkish, "ığŞç", "1B69 1B67 1B53 1B63")]
    [InlineData(NationalLanguage.Default, NationalLanguage.Spanish, "áíóúÁÍÓÚ",
        "1B61 1B69 1B6F 1B75 1B41 1B49 1B4F 1B55")]
    [InlineData(NationalLanguage.Portuguese, NationalLanguage.Default, "Ação Õ∞", "41 09 7B 6F 20 5C 15")]
    [InlineData(NationalLanguage.Default, NationalLanguage.Portuguese, "ãõâêÔ", "1B7B 1B7C 1B7F 1B05 1B0B")]
    [InlineData(NationalLanguage.Bengali, NationalLanguage.Bengali, "\u0995\u09CD৳১", "15 5F 1B2C 1B1A")]
    [InlineData(NationalLanguage.Gujarati, NationalLanguage.Gujarati, "\u0A95\u0AF1૧", "15 7F 1B1D")]
    [InlineData(NationalLanguage.Hindi, NationalLanguage.Hindi, "\u0928\u092E\u0924\u0947।९", "2F 42 27 59 1B19 1B25")]
    [InlineData(NationalLanguage.Kannada, NationalLanguage.Kannada, "\u0CA1\u0CE3\u0CE6\u0CDE", "24 7F 1B1C 1B26")]
    [InlineData(NationalLanguage.Malayalam, NationalLanguage.Malayalam, "\u0D2E\u0D79\u0D7F", "42 7F 1B34")]
    [InlineData(NationalLanguage.Oriya, NationalLanguage.Oriya, "\u0B2C\u0B63\u0B6A", "40 7F 1B20")]
    [InlineData(NationalLanguage.Punjabi, NationalLanguage.Punjabi, "\u0A2A\u0A74\u0A75", "3D 7F 1B2D")]
    [InlineData(NationalLanguage.Tamil, NationalLanguage.Tamil, "\u0BA9\u0BF9\u0BEE", "3C 7F 1B24")]
    [InlineData(NationalLanguage.Telugu, NationalLanguage.Telugu, "\u0C30\u0C63\u0C66\u0C7F", "44 7F 1B1C 1B32")]
    [InlineData(NationalLanguage.Urdu, NationalLanguage.Urdu, "\u0627\u0631\u062F\u06D4۴", "00 25 1A 1B3F 1B20")]
    public void Golden_octets(NationalLanguage locking, NationalLanguage single, string text, string hex)
    {
        var table = GsmTable.Of(locking, single)!;
        Assert.Equal(hex, Hex(table, text));
        Assert.Equal(text, table.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Latin_letters_are_where_they_are_in_every_alphabet()
    {
        foreach (var (locking, single) in Pairs.Select(p => p.Data))
        {
            var table = GsmTable.Of(locking, single)!;
            const string text = "abcdefghijklmnopqrstuvwxyz0123456789 .,?!()\r\n";
            var octets = new byte[text.Length * 2];
            Assert.Equal(text.Length, table.Encode(text, octets));
            var read = System.Text.Encoding.ASCII.GetString(octets, 0, text.Length);
            Assert.Equal(text, read.Replace(")(", "()", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_text_of_the_tables_survives_encoding_and_decoding()
    {
        var pairs = Pairs.Select(p => GsmTable.Of(p.Data.Item1, p.Data.Item2)!).ToArray();
        var gen =
            from table in Gen.OneOfConst(pairs)
            from octets in Gen.Byte[0, 127].Array[0, 400]
            select (table, octets);
        gen.Sample(
            sample =>
            {
                var text = sample.table.Decode(sample.octets).Replace("\uFFFD", "", StringComparison.Ordinal);
                var octets = new byte[text.Length * 2];
                var length = sample.table.Encode(text, octets);
                return sample.table.Count(text) == length && sample.table.Decode(octets.AsSpan(0, length)) == text;
            },
            iter: 2_000);
    }

    private static string Hex(GsmTable table, string text)
    {
        var characters = text.Select(c =>
        {
            var octets = new byte[2];
            return Convert.ToHexString(octets, 0, table.Encode([c], octets));
        });
        return string.Join(' ', characters);
    }
}
