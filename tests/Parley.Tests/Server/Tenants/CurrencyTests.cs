using Parley.Server.Tenants;

namespace Parley.Tests.Server.Tenants;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("USD", 2)]
    [InlineData("ZAR", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    [InlineData("XXX", null)]
    [InlineData("usd", null)]
    public void Knows_the_digits_of_the_minor_unit(string code, int? digits) =>
        Assert.Equal(digits, Currency.Digits(code));

    [Theory]
    [InlineData(1_234_567, "USD", 123)]
    [InlineData(-1, "USD", -1)]
    [InlineData(999_999, "JPY", 0)]
    [InlineData(1_999, "KWD", 1)]
    public void Shows_no_more_than_there_is(long micros, string code, long minor) =>
        Assert.Equal(minor, Currency.MinorOf(micros, code));

    [Theory]
    [InlineData(123, "USD", 1_230_000)]
    [InlineData(-5, "JPY", -5_000_000)]
    [InlineData(1, "CLF", 100)]
    public void Knows_minor_units_in_millionths(long minor, string code, long micros) =>
        Assert.Equal(micros, Currency.MicrosOf(minor, code));
}
