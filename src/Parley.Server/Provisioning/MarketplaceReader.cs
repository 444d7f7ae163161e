using System.Globalization;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads <c>marketplace</c>: clients, funding sources, suppliers and what is sold. Amounts are minor units.</summary>
internal sealed class MarketplaceReader(Names names)
{
    private const long MostMoney = 999_999_999_999;
    private readonly List<MarketEntry> _entries = [];

    public static IReadOnlyList<MarketEntry> Read(Section? section, Names names)
    {
        if (section is null) return [];
        var reader = new MarketplaceReader(names);
        foreach (var s in section.Sections("types", 1_000)) reader.Type(s);
        foreach (var s in section.Sections("vendors", 10_000)) reader.Vendor(s);
        foreach (var s in section.Sections("suppliers", 1_000)) reader.Supplier(s);
        foreach (var s in section.Sections("fundingSources", 1_000)) reader.Source(s);
        foreach (var s in section.Sections("operators", 5_000)) reader.Operator(s);
        if (section.Map("numberResolver") is { } resolver) reader.Resolver(resolver);
        foreach (var s in section.Sections("products", 99_999)) reader.Product(s);
        foreach (var s in section.Sections("clients", 9_999)) reader.Client(s);
        section.End();
        return reader._entries;
    }

    private void Type(Section s)
    {
        var type = new ProductType(Id(s, "the product type", 999_999_999), s.Required("name", 100));
        Add(s, MarketEntry.Type, type.Id, type);
    }

    private void Vendor(Section s)
    {
        var vendor = new Vendor(Id(s, "the vendor", 999_999_999), s.Required("name", 100));
        Add(s, MarketEntry.Vendor, vendor.Id, vendor);
    }

    private void Supplier(Section s)
    {
        var supplier = SupplierReader.Read(s);
        names.Take("the supplier", supplier.Id, s.PathOf("id"), s.LineOf("id"));
        names.Note("supplier " + supplier.Id);
        if (supplier.Protocol == SupplierProtocol.DtOne) names.Note("DT One's " + supplier.Id);
        Add(s, MarketEntry.Supplier, supplier.Id, supplier);
    }

    private void Source(Section s)
    {
        var none = new Partner { Url = "" };
        var source = new FundingSource
        {
            Id = Id(s, "the funding source", 999_999_999),
            Name = s.Text("name", 100),
            Reserve = PartnerReader.Inner(s, "reserve", required: true) ?? none,
            Outcomes = PartnerReader.Inner(s, "result", required: true) ?? none,
            TimeoutSeconds = s.Int("timeoutSeconds", 5, 90, 30),
        };
        Add(s, MarketEntry.Source, source.Id, source);
    }

    private void Resolver(Section s) => Add(s, MarketEntry.Resolver, 1, new NumberResolver
    {
        Partner = PartnerReader.Read(s),
        TimeoutSeconds = s.Int("timeoutSeconds", 1, 30, 5),
        RememberSeconds = s.Int("rememberSeconds", 0, 86_400, 300),
        Fallback = s.Flag("fallback", false),
    });

    private void Operator(Section s)
    {
        var found = new MobileOperator
        {
            Code = s.Required("code", 6),
            Name = s.Required("name", 100),
            Country = s.Required("country", 2),
            PlanNames = Texts(s, "planNames", 20, 100),
            VendorId = s.Has("vendor") ? Reference(s, "vendor") : null,
            Prefixes = Texts(s, "prefixes", 10_000, 15),
        };
        if (found.Prefixes.Any(p => !p.All(char.IsAsciiDigit))) s.Problem("prefixes",
            "holds something else than digits");
        names.Take("the operator", found.Code, s.PathOf("code"), s.LineOf("code"));
        Add(s, MarketEntry.Operator, found.Code, found);
    }

    private void Product(Section s)
    {
        var id = Id(s, "the product", 99_999);
        var price = s.Has("price") ? s.Long("price", 1, MostMoney, 1) : (long?)null;
        var product = new Product
        {
            Id = id,
            TypeId = Reference(s, "type"),
            Description = s.Required("description", 200),
            ShortDescription = s.Required("shortDescription", 60),
            Active = s.Flag("active", true),
            SoldFrom = Time(s, "from"),
            SoldUntil = Time(s, "until"),
            VendorId = Reference(s, "vendor"),
            Country = s.Required("country", 2),
            Currency = s.Required("currency", 3),
            Channels = Numbers(s, "channels", 99),
            Least = price ?? s.Long("min", 1, MostMoney, 1),
            Most = price ?? s.Long("max", 1, MostMoney, MostMoney),
            Increment = s.Long("step", 1, MostMoney, 1),
            Target = s.Choice("target", TargetKind.Msisdn),
            TokenBased = s.Flag("tokenBased", false),
            Routes = [.. s.Sections("suppliers", 10).Select(Route)],
        };
        if (product.Currency.Length > 0 && Currency.Digits(product.Currency) is null)
            s.Problem("currency", $"'{product.Currency}' is not an ISO 4217 currency");
        if (product.Least > product.Most) s.Problem("min", "is larger than max");
        if (product.Routes.Count == 0) s.Problem("suppliers", "nobody dispenses it");
        Add(s, MarketEntry.Product, id, product);
    }

    private ProductRoute Route(Section s)
    {
        var route = new ProductRoute(s.Required("id", 30), s.Required("sku", 100));
        if (route.SupplierId.Length > 0 && !names.Noted("supplier " + route.SupplierId))
            s.Problem("id", $"there is no supplier '{route.SupplierId}'");
        if (names.Noted("DT One's " + route.SupplierId) && DtOneSku.Parse(route.Sku) is null)
            s.Problem("sku", "must be DT One's number of the product, then :destination or :source, :account or :none");
        s.End();
        return route;
    }

    private void Client(Section s)
    {
        var id = Id(s, "the client", 999_999_999);
        var client = new Client
        {
            Id = id,
            Name = s.Text("name", 100),
            SecretHashes = [.. Texts(s, "secrets", 2, 255).Select(TenantDirectory.HashOf)],
            KeyHashes = KeyReader.Hashes(s, "keys", names),
            SignatureSecrets = Texts(s, "signatureSecrets", 2, 255),
            TimestampWithinSeconds = s.Int("timestampWithinSeconds", 0, 604_800, 0),
            AllowedNetworks = MarketClientReader.Networks(s),
            Certificates = MarketClientReader.Certificates(s),
            RequestsPerSecond = s.Int("requestsPerSecond", 0, 1_000_000, 0),
            ApiLimits = MarketClientReader.Limits(s),
            Apis = MarketClientReader.Apis(s),
            Outcomes = PartnerReader.Inner(s, "result", required: false),
            FundingSources = Numbers(s, "fundingSources", 999_999_999),
            Channels = Numbers(s, "channels", 99),
            BlockedSources = Texts(s, "blockedSources", 100_000, 32),
            RefuseSimilar = s.Flag("refuseSimilar", false),
            Velocity = MarketClientReader.Velocity(s),
            IntegrationId = s.Text("integration", Names.MaxLength),
            SmsFrom = s.Text("smsFrom", 20),
            Sms = MarketClientReader.Sms(s),
        };
        if (client.SecretHashes.Count == 0) s.Problem("secrets", "is missing");
        foreach (var source in client.FundingSources.Where(f => !names.Noted($"the funding source {f}")))
            s.Problem("fundingSources", $"there is no funding source {source}");
        foreach (var terms in s.Sections("terms", 10_000)) Terms(terms, id);
        Add(s, MarketEntry.Client, id, client);
    }

    private void Terms(Section s, int clientId)
    {
        var terms = new TermsRow
        {
            Id = s.Required("id", 60),
            ClientId = clientId,
            ProductId = s.Has("product") ? Reference(s, "product") : null,
            TypeId = s.Has("type") ? Reference(s, "type") : null,
            From = Time(s, "from") ?? 0,
            Until = Time(s, "until"),
            FeeFlat = s.Long("feeFlat", 0, MostMoney, 0),
            FeeBasisPoints = s.Int("feeBasisPoints", 0, 10_000, 0),
            FeeTiers = [.. s.Sections("feeTiers", 50).Select(Tier)],
            ShareBasis = s.Choice("shareBasis", ShareBasis.Discount),
            ShareBasisPoints = s.Int("shareBasisPoints", 0, 10_000, 0),
            ShareFlat = s.Long("shareFlat", 0, MostMoney, 0),
            DiscountBasisPoints = s.Int("discountBasisPoints", 0, 10_000, 0),
        };
        if (terms.ProductId is null == terms.TypeId is null) s.Problem("product",
            "either a product or a type is named");
        names.Take($"the terms of client {clientId}", terms.Id, s.PathOf("id"), s.LineOf("id"));
        Add(s, MarketEntry.Terms, $"{clientId}/{terms.Id}", terms);
    }

    private static FeeTier Tier(Section s)
    {
        var tier = new FeeTier(s.Long("upTo", 1, MostMoney, MostMoney), s.Long("fee", 0, MostMoney, 0));
        s.End();
        return tier;
    }

    private void Add<T>(Section s, string kind, object id, T value)
    {
        s.End();
        _entries.Add(MarketEntry.Of(kind, id, value, demo: false));
    }

    private int Id(Section s, string kind, int most)
    {
        if (!s.Has("id")) s.Problem("id", "is missing");
        var id = s.Int("id", 1, most, 0);
        if (id > 0) names.Take(kind, $"{id}", s.PathOf("id"), s.LineOf("id"));
        names.Note($"{kind} {id}");
        return id;
    }

    /// <summary>The number of a type, vendor or product that stands before.</summary>
    private int Reference(Section s, string key)
    {
        if (!s.Has(key)) s.Problem(key, "is missing");
        var id = s.Int(key, 1, 999_999_999, 0);
        var kind = key == "type" ? "the product type" : "the " + key;
        if (id > 0 && !names.Noted($"{kind} {id}")) s.Problem(key, $"there is no such {key}: {id}");
        return id;
    }

    private static long? Time(Section s, string key)
    {
        var text = s.Text(key, 40);
        if (text.Length == 0) return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return Micros.FromTime(at);
        s.Problem(key, "is not a date and time");
        return null;
    }

    private static List<string> Texts(Section s, string key, int most, int longest) =>
        [.. s.List(key, most).Select(i => s.Findings.Text(i.Node, i.Path, longest)).OfType<string>()
            .Where(t => t.Length > 0)];

    private static List<int> Numbers(Section s, string key, int most)
    {
        List<int> numbers = [];
        foreach (var text in Texts(s, key, 1_000, 9))
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1
                && number <= most)
                numbers.Add(number);
            else s.Problem(key, $"'{text}' is not 1 to {most}");
        return numbers;
    }
}
