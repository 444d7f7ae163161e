using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class DtOneProductsTests
{
    [Fact]
    public async Task Lists_what_is_offered_in_the_words_of_the_provisioning()
    {
        await using var preprod = await DtOnePreprod.Start(TimeProvider.System);
        using var http = new PartnerHttp(TimeProvider.System);
        var account = new Supplier
        {
            Id = "dtone",
            Partner = new Partner { Url = preprod.Url, User = DtOnePreprod.Key, Password = DtOnePreprod.Secret },
        };
        var products = new DtOneProducts(http);
        var first = (await products.List(account, new(null, "NGA", null, null), CancellationToken.None))!;
        Assert.Equal((100, 2, 120), (first.Products.Count, first.NextPage, first.Total));
        Assert.Equal(["1001", "1002:destination", "1003:none", "1004:destination:account", "1005:account"],
            first.Products.Take(5).Select(p => p.Sku));
        var (airtime, ranged, pin, dear) =
            (first.Products[0], first.Products[1], first.Products[2], first.Products[4]);
        Assert.Equal(("NGN", 50_000L, 50_000L, "msisdn", "0.33 USD", false),
            (airtime.Currency, airtime.Min, airtime.Max, airtime.Target, airtime.Wholesale, airtime.TokenBased));
        Assert.Equal((5_000L, 2_000_000L, 50L), (ranged.Min, ranged.Max, ranged.Step));
        Assert.Equal(("none", true), (pin.Target, pin.TokenBased));
        Assert.Equal(["credit_party_identifier", "sender"], dear.Needs);
        Assert.Empty(airtime.Needs);
        var last = (await products.List(account, new(2, "NGA", null, null), CancellationToken.None))!;
        Assert.Equal((20, null), (last.Products.Count, last.NextPage));
        Assert.Empty((await products.List(account, new(1, "ZAF", null, null), CancellationToken.None))!.Products);
        var stranger = account with { Partner = new Partner { Url = preprod.Url } };
        Assert.Null(await products.List(stranger, new(1, null, null, null), CancellationToken.None));
    }
}
