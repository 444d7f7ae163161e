using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class DtOneSkuTests
{
    [Theory]
    [InlineData("1", DtOneRange.Fixed, DtOneParty.Mobile, "1")]
    [InlineData("1:mobile", DtOneRange.Fixed, DtOneParty.Mobile, "1")]
    [InlineData("1:account:source", DtOneRange.Source, DtOneParty.Account, "1:source:account")]
    [InlineData("1:destination:none", DtOneRange.Destination, DtOneParty.None, "1:destination:none")]
    public void Reads_and_writes(string sku, DtOneRange range, DtOneParty party, string written)
    {
        var read = DtOneSku.Parse(sku);
        Assert.Equal(new DtOneSku(1, range, party), read);
        Assert.Equal(written, read!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999")]
    [InlineData("1:")]
    [InlineData("1:source:destination")]
    [InlineData("1:account:none")]
    [InlineData("1:Account")]
    public void Is_none(string sku) => Assert.Null(DtOneSku.Parse(sku));
}
