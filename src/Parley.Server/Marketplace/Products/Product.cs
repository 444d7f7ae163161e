namespace Parley.Server.Marketplace.Products;

/// <summary>What <c>targetIdentifier</c> is.</summary>
public enum TargetKind
{
    Msisdn,
    Meter,
    Smartcard,
    Account,
    None,
}

/// <summary>A group of products (contract marketplace §7).</summary>
public sealed record ProductType(int Id, string Name);

/// <summary>Whose product it is, as shown.</summary>
public sealed record Vendor(int Id, string Name);

/// <summary>Something that can be bought (§5.2). Amounts in minor units.</summary>
public sealed record Product
{
    /// <summary>1 to 99,999.</summary>
    public required int Id { get; init; }

    public required int TypeId { get; init; }

    public required string Description { get; init; }

    public required string ShortDescription { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>Microseconds UTC; null for no bound.</summary>
    public long? SoldFrom { get; init; }

    /// <summary>Microseconds UTC; null for no bound.</summary>
    public long? SoldUntil { get; init; }

    public required int VendorId { get; init; }

    /// <summary>ISO 3166 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>Channels it is sold on; empty for all.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [];

    public required long Least { get; init; }

    /// <summary>The same as <see cref="Least"/> for a fixed price.</summary>
    public required long Most { get; init; }

    public long Increment { get; init; } = 1;

    public TargetKind Target { get; init; }

    public bool TokenBased { get; init; }

    /// <summary>Who dispenses it, the first choice first.</summary>
    public required IReadOnlyList<ProductRoute> Routes { get; init; }

    public bool IsSold(long now) =>
        Active && (SoldFrom is not { } from || now >= from) && (SoldUntil is not { } until || now < until);

    public bool IsSoldOn(int channel) => Channels.Count == 0 || Channels.Contains(channel);
}

/// <summary>A supplier of a product, and its own name for it.</summary>
public sealed record ProductRoute(string SupplierId, string Sku);

/// <summary>How a share is reckoned.</summary>
public enum ShareBasis
{
    Discount,
    Purchase,
    Flat,
}

/// <summary>A row of a client's contract (§8): the latest that begins wins.</summary>
public sealed record TermsRow
{
    /// <summary>Its name within the contract.</summary>
    public required string Id { get; init; }

    public required int ClientId { get; init; }

    /// <summary>One of the two is given; a row for the product wins.</summary>
    public int? ProductId { get; init; }

    public int? TypeId { get; init; }

    /// <summary>Microseconds UTC.</summary>
    public long From { get; init; }

    /// <summary>Microseconds UTC; null for no end.</summary>
    public long? Until { get; init; }

    /// <summary>Minor units.</summary>
    public long FeeFlat { get; init; }

    /// <summary>Hundredths of a percent of the purchase.</summary>
    public int FeeBasisPoints { get; init; }

    /// <summary>Instead of the two: the fee of the first tier that reaches the amount.</summary>
    public IReadOnlyList<FeeTier> FeeTiers { get; init; } = [];

    public ShareBasis ShareBasis { get; init; }

    /// <summary>Hundredths of a percent of the basis.</summary>
    public int ShareBasisPoints { get; init; }

    /// <summary>Minor units, when the basis is flat.</summary>
    public long ShareFlat { get; init; }

    /// <summary>The merchant discount, hundredths of a percent of what is vended.</summary>
    public int DiscountBasisPoints { get; init; }
}

/// <summary>A fee for purchases up to an amount.</summary>
public sealed record FeeTier(long UpTo, long Fee);

/// <summary>A mobile operator (§5.4).</summary>
public sealed record MobileOperator
{
    /// <summary>E.212: MCC and MNC.</summary>
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string Country { get; init; }

    /// <summary>What the number plan calls it, when not by its name.</summary>
    public IReadOnlyList<string> PlanNames { get; init; } = [];

    public int? VendorId { get; init; }

    /// <summary>Numbers and ranges that are its own whatever the plan says: ported ones. Digits, the longest match wins.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];
}
