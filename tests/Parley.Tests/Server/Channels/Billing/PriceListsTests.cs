using Parley.Server.Channels.Billing;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.Billing;

public sealed class PriceListsTests
{
    private static readonly PriceList Standard = new()
    {
        Id = "standard",
        Currency = "EUR",
        DefaultMicros = 50_000,
        Prices =
        [
            new() { Country = "ZA", PartMicros = 20_000 },
            new() { Country = "ZA", PartMicros = 18_000, FromParts = 2 },
            new() { Country = "US", PartMicros = 10_000 },
            new() { Prefixes = ["2782", "2783"], Operator = "65501", PartMicros = 15_000 },
            new() { Prefixes = ["27831234567"], PartMicros = 9_000, FromParts = 3 },
            new() { Country = "ZA", PartMicros = 1_000, Channel = PricedChannel.WhatsApp },
        ],
    };

    [Theory]
    [InlineData("27711234567", 1, 20_000)]
    [InlineData("27711234567", 2, 36_000)]
    [InlineData("27821234567", 2, 30_000)]
    [InlineData("27831234567", 3, 27_000)]
    [InlineData("27831234567", 2, 100_000)]
    [InlineData("12025550143", 1, 10_000)]
    [InlineData("12042345678", 1, 50_000)]
    [InlineData("441234567890", 4, 200_000)]
    [InlineData("27999112345", 1, 6_667)]
    [InlineData("19991234567", 2, 6_667)]
    public void The_longest_prefix_decides_then_the_parts_and_a_test_number_is_a_third(
        string to, int parts, long price) =>
        Assert.Equal(price, Prices().PriceOf(Payer("standard"), PricedChannel.Sms, to, parts));

    [Fact]
    public void Each_channel_has_its_own_prices()
    {
        Assert.Equal(1_000, Prices().PriceOf(Payer("standard"), PricedChannel.WhatsApp, "27821234567", 1));
        Assert.Equal(50_000, Prices().PriceOf(Payer("standard"), PricedChannel.WhatsApp, "12025550143", 1));
    }

    [Fact]
    public void Without_a_list_every_part_costs_the_same() =>
        Assert.Equal(21_000, Prices().PriceOf(Payer(null), PricedChannel.Sms, "27821234567", 3));

    [Fact]
    public void A_list_that_goes_is_known_for_one_more_change()
    {
        var prices = Prices();
        prices.Replace([]);
        Assert.Equal(15_000, prices.PriceOf(Payer("standard"), PricedChannel.Sms, "27821234567", 1));
        prices.Replace([Standard with { DefaultMicros = 1, Prices = [] }]);
        Assert.Equal(1, prices.PriceOf(Payer("standard"), PricedChannel.Sms, "27821234567", 1));
    }

    private static PriceLists Prices()
    {
        var prices = new PriceLists();
        prices.Replace([PriceListRow.Of(Standard).ToList()]);
        return prices;
    }

    private static Tenant Payer(string? list) => new("t", "t", true, 0, "EUR")
    {
        Price = new(7_000, 7_000),
        Credit = new(CreditKind.Prepaid, 0, 0, list),
    };
}
