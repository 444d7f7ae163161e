using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Simulation;

/// <summary>What is sold in the simulation.</summary>
internal static class Wares
{
    public const int ClientId = 7;
    public const int SourceId = 3;
    public const long Fee = 100;
    public const int Products = 4;

    private const int Type = 17;

    public static Catalogue Catalogue { get; } = Of(
    [
        .. ((Supplier[])
        [
            new() { Id = "one", Partner = At("one") },
            new() { Id = "two", Partner = At("two"), TimeoutSeconds = 30 },
            new() { Id = "small", Partner = At("small"), FloatLimit = 60_000 },
        ]).Select(s => MarketEntry.Of(MarketEntry.Supplier, s.Id, s, false)),
        MarketEntry.Of(
            MarketEntry.Source, SourceId,
            new FundingSource { Id = SourceId, Reserve = At("bank"), Outcomes = At("bank") }, false),
        MarketEntry.Of(MarketEntry.Type, Type, new ProductType(Type, "Power"), false),
        MarketEntry.Of(
            MarketEntry.Client, ClientId,
            new Client { Id = ClientId, FundingSources = [SourceId], Outcomes = At("client") }, false),
        Product(1, "one"), Product(2, "one", "two"), Product(3, "small", "two"), Product(4, "small"),
        Terms(new TermsRow
        {
            Id = "all",
            ClientId = ClientId,
            TypeId = Type,
            FeeFlat = Fee,
            DiscountBasisPoints = 500,
            ShareBasisPoints = 4_000,
        }),
        // What we earn is negative.
        Terms(new TermsRow
        {
            Id = "third",
            ClientId = ClientId,
            ProductId = 3,
            FeeFlat = Fee,
            DiscountBasisPoints = 100,
            ShareBasis = ShareBasis.Purchase,
            ShareBasisPoints = 800,
        }),
    ]);

    private static Catalogue Of(IReadOnlyList<MarketEntry> entries)
    {
        var catalogue = new Catalogue();
        catalogue.Replace(entries);
        return catalogue;
    }

    private static Partner At(string name) => new() { Url = name };

    private static MarketEntry Terms(TermsRow terms) => MarketEntry.Of(MarketEntry.Terms, terms.Id, terms, false);

    private static MarketEntry Product(int id, params string[] suppliers) => MarketEntry.Of(
        MarketEntry.Product, id,
        new Product
        {
            Id = id,
            TypeId = Type,
            Description = "Power",
            ShortDescription = "Power",
            VendorId = 12,
            Country = "NG",
            Currency = "NGN",
            Least = 1_000,
            Most = 100_000,
            Target = TargetKind.Meter,
            TokenBased = id <= 2,
            Routes = [.. suppliers.Select(s => new ProductRoute(s, $"sku-{id}"))],
        },
        false);
}
