namespace Parley.Server.Marketplace.Products;

/// <summary>Who knows ported numbers better than the number plan (docs/provisioning.md, <c>numberResolver</c>).</summary>
public sealed record NumberResolver
{
    public required Partner Partner { get; init; }

    /// <summary>1 to 30 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 5;
}
