using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Terms;

namespace Parley.Tests.Server.Marketplace.Terms;

public sealed class QuoteTests
{
    private static readonly TermsRow Sample = new()
    {
        Id = "power",
        ClientId = 412,
        FeeFlat = 10_000,
        DiscountBasisPoints = 500,
        ShareBasisPoints = 4_000,
    };

    [Fact]
    public void Reckons_the_worked_example_of_the_contract()
    {
        var quote = Quote.Of(Sample, 200_000);
        Assert.Equal(
            (210_000, 200_000, 10_000, 4_000, 206_000, 190_000, 16_000),
            (quote.Reserve, quote.Vend, quote.Discount, quote.ClientShare, quote.Settlement, quote.ToSupplier,
                quote.Gross));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(29, 1)]
    [InlineData(30, 2)]
    public void Rounds_half_up(long purchase, long discount) =>
        Assert.Equal(discount, Quote.Of(Sample with { DiscountBasisPoints = 500 }, purchase).Discount);

    [Fact]
    public void Takes_the_fee_of_the_first_tier_that_reaches_the_amount()
    {
        var tiers = Sample with { FeeTiers = [new(1_000, 10), new(5_000, 40)] };
        Assert.Equal([10, 10, 40, 40], new long[] { 1, 1_000, 1_001, 9_000 }.Select(a => Quote.Of(tiers, a).Fee));
    }

    [Fact]
    public void A_flat_share_never_exceeds_what_was_paid()
    {
        var flat = Sample with { ShareBasis = ShareBasis.Flat, ShareFlat = 999_999, FeeFlat = 0 };
        Assert.Equal((100, 0), (Quote.Of(flat, 100).ClientShare, Quote.Of(flat, 100).Settlement));
        Assert.Equal(999_999_999_999, Quote.Of(Sample with { FeeFlat = 0 }, 999_999_999_999).Reserve);
    }
}
