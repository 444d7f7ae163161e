using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Products;

public sealed class MarketEntryTests
{
    [Fact]
    public void Keeps_what_differs_from_a_member_s_own_default()
    {
        var partner = new Partner { Url = "http://127.0.0.1", Tls = new() { Trust = "ca.pem" } };
        var off = new Supplier
        {
            Id = "river",
            Protocol = SupplierProtocol.DtOne,
            Partner = partner,
            Active = false,
            FloatLimit = 0,
            Quarantine = new() { Strikes = 0, SharePercent = 0 },
        };
        Assert.Equal(off, MarketEntry.Of(MarketEntry.Supplier, off.Id, off, demo: false).Read<Supplier>());
        var never = new NumberResolver { Partner = partner, RememberSeconds = 0 };
        Assert.Equal(never, MarketEntry.Of(MarketEntry.Resolver, 1, never, demo: false).Read<NumberResolver>());
    }
}
