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
}
