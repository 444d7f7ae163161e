using CsCheck;
using Parley.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class ConsentCsvTests
{
    [Fact]
    public void What_is_joined_is_split_again() =>
        Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Const('"'), Gen.Const(',')), 0, 11].Array[1, 4].Sample(
            values => ConsentCsv.Split(ConsentCsv.Join(values))!.SequenceEqual(values));

    [Theory]
    [InlineData("\"open,27821234567")]
    [InlineData("\"a\"b,27821234567")]
    public void Quotes_that_do_not_fit_are_refused(string line) => Assert.Null(ConsentCsv.Split(line));

    [Theory]
    [InlineData("a, b ,", "a|b|")]
    [InlineData("", "")]
    [InlineData("\"a \"\"b\"\"\",c", "a \"b\"|c")]
    public void Blanks_around_values_do_not_count(string line, string values) =>
        Assert.Equal(values, string.Join('|', ConsentCsv.Split(line)!));

    [Theory]
    [InlineData("+27821234567", "27821234567")]
    [InlineData(" 27821234567 ", "27821234567")]
    [InlineData("0821234567", null)]
    [InlineData("278212", null)]
    [InlineData("2782123456789012", null)]
    [InlineData("2782 1234567", null)]
    [InlineData(null, null)]
    public void Recipients_are_numbers_in_international_format(string? written, string? recipient) =>
        Assert.Equal(recipient, ConsentCsv.Recipient(written));

    [Theory]
    [InlineData("1970-01-01T00:00:01Z", 1_000_000L)]
    [InlineData("1970-01-01T02:00:01+02:00", 1_000_000L)]
    [InlineData("1970-01-01", 0L)]
    [InlineData("1970-01-01T00:00:03Z", null)]
    [InlineData("yesterday", null)]
    public void Moments_lie_in_the_past(string written, long? micros) =>
        Assert.Equal(micros, ConsentCsv.At(written, 2_000_000));
}
