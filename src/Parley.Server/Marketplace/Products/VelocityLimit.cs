namespace Parley.Server.Marketplace.Products;

/// <summary>How much one buyer of a client may buy within a time that ends now (contract marketplace §9).</summary>
public sealed record VelocityLimit
{
    /// <summary>1 to 2,592,000 (30 days).</summary>
    public required int Seconds { get; init; }

    /// <summary>Purchases at most; 0 for any number.</summary>
    public int Count { get; init; }

    /// <summary>The sum of their purchase amounts at most, in minor units of <see cref="Currency"/>; 0 for any.</summary>
    public long Amount { get; init; }

    /// <summary>Only purchases in this currency count; empty for all, which goes with <see cref="Count"/> only.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What is answered beyond it: 2040 or 2070.</summary>
    public string Code { get; init; } = "2040";
}
