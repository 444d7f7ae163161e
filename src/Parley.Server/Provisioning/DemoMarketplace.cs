using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>
/// The marketplace of the sandbox world: one client with its terms, a bank, two suppliers, and a catalogue over five
/// countries. Operators and companies are invented but for those that number plans name.
/// </summary>
internal static class DemoMarketplace
{
    public const int ClientId = 412;

    public const int FundingSourceId = 1;

    /// <summary>The secret of the token call: the demo key with this before it.</summary>
    public const string SecretPrefix = "market-";

    private static readonly ProductType[] Types =
    [
        new(101, "Airtime"), new(102, "DataBundle"), new(17, "ElecBillpayment"), new(103, "Voucher"),
        new(104, "Billpayment"), new(105, "Subscription"),
    ];

    /// <summary>Country, currency, two operators (E.212 code, name), and what a unit of price is in minor units.</summary>
    private static readonly (string Country, string Currency, string[] Operators, long Unit)[] Places =
    [
        ("NG", "NGN", ["62130 MTN", "62120 Airtel"], 10_000),
        ("ZA", "ZAR", ["65501 Vodacom", "65510 MTN"], 500),
        ("KE", "KES", ["63902 Safaricom", "63903 Airtel"], 1_000),
        ("GH", "GHS", ["62001 MTN", "62003 Telecel"], 200),
        ("UG", "UGX", ["64110 MTN", "64101 Airtel"], 1_000),
    ];

    public static IReadOnlyList<MarketEntry> Entries(string partners, string key)
    {
        List<MarketEntry> entries = [.. Types.Select(t => Demo(MarketEntry.Type, t.Id, t))];
        foreach (var name in (string[])["river", "delta"])
            entries.Add(Demo(MarketEntry.Supplier, name, new Supplier
            {
                Id = name,
                Partner = new Partner
                {
                    Url = $"{partners}/suppliers/{name}",
                    Bearer = "sandbox",
                    SignatureSecret =
                    "sandbox"
                },
                TimeoutSeconds = 10,
            }));
        entries.Add(Demo(MarketEntry.Source, FundingSourceId, new FundingSource
        {
            Id = FundingSourceId,
            Name = "Sandbox bank",
            Reserve = new Partner { Url = $"{partners}/bank/reserveFunds", SignatureSecret = "sandbox" },
            Outcomes = new Partner { Url = $"{partners}/bank/transactResult", SignatureSecret = "sandbox" },
            TimeoutSeconds = 10,
        }));
        entries.Add(Demo(MarketEntry.Client, ClientId, new Client
        {
            Id = ClientId,
            Name = "Demo bank",
            SecretHashes = [TenantDirectory.HashOf(SecretPrefix + key)],
            KeyHashes = [TenantDirectory.HashOf(key)],
            Outcomes = new Partner { Url = $"{partners}/bank/transactResult", SignatureSecret = "sandbox" },
            FundingSources = [FundingSourceId],
            BlockedSources = ["27820000666"],
            IntegrationId = DemoProvisioning.IntegrationId,
        }));
        entries.AddRange(Types.Select(t => Demo(MarketEntry.Terms, $"{ClientId}/{t.Name}", new TermsRow
        {
            Id = t.Name,
            ClientId = ClientId,
            TypeId = t.Id,
            DiscountBasisPoints = 500,
            ShareBasisPoints = 4_000,
            FeeBasisPoints = t.Id == 17 ? 500 : 0,
        })));
        for (var place = 0; place < Places.Length; place++) entries.AddRange(Place(place));
        return entries;
    }

    private static IEnumerable<MarketEntry> Place(int place)
    {
        var (country, currency, operators, unit) = Places[place];
        var first = (place + 1) * 10;
        for (var i = 0; i < operators.Length; i++)
        {
            var (code, name) = (operators[i][..5], operators[i][6..]);
            yield return Demo(MarketEntry.Vendor, first + i, new Vendor(first + i, name));
            yield return Demo(MarketEntry.Operator, code, new MobileOperator
            {
                Code = code,
                Name = name,
                Country = country,
                VendorId = first + i,
            });
            var airtime = Sold(1_000 + first + i, 101, first + i, place, $"{name} airtime", TargetKind.Msisdn);
            yield return Demo(airtime with { Least = unit, Most = unit * 500 });
            var data = Sold(2_000 + first + i, 102, first + i, place, $"{name} data 1 GB", TargetKind.Msisdn);
            yield return Demo(data with { Least = unit * 10, Most = unit * 10 });
        }
        yield return Demo(MarketEntry.Vendor, first + 2, new Vendor(first + 2, $"Riverside {country}"));
        var power = Sold(1_700 + place + 1, 17, first + 2, place, "Prepaid power", TargetKind.Meter);
        yield return Demo(power with { Least = unit * 5, Most = unit * 1_000, Increment = 100, TokenBased = true });
        var voucher = Sold(3_000 + first, 103, first + 2, place, "Play voucher", TargetKind.Msisdn);
        yield return Demo(voucher with { Least = unit * 20, Most = unit * 20, TokenBased = true });
        var television = Sold(4_000 + first, 104, first + 2, place, "Riverside TV", TargetKind.Smartcard);
        yield return Demo(television with { Least = unit * 10, Most = unit * 300 });
        var subscription = Sold(5_000 + first, 105, first + 2, place, "Music for a month", TargetKind.Msisdn);
        yield return Demo(subscription with { Least = unit * 15, Most = unit * 15 });
    }

    private static Product Sold(int id, int type, int vendor, int place, string name, TargetKind target) => new()
    {
        Id = id,
        TypeId = type,
        Description = $"{name} ({Places[place].Country})",
        ShortDescription = name,
        VendorId = vendor,
        Country = Places[place].Country,
        Currency = Places[place].Currency,
        Least = 1,
        Most = 1,
        Target = target,
        Routes = [new("river", $"sku-{id}"), new("delta", $"sku-{id}")],
    };

    private static MarketEntry Demo(Product product) => Demo(MarketEntry.Product, product.Id, product);

    private static MarketEntry Demo<T>(string kind, object id, T value) => MarketEntry.Of(kind, id, value, demo: true);
}
