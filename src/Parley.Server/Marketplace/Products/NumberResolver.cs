namespace Parley.Server.Marketplace.Products;

/// <summary>Who knows ported numbers better than the number plan (docs/provisioning.md, <c>numberResolver</c>).</summary>
public sealed record NumberResolver
{
    public required Partner Partner { get; init; }

    /// <summary>1 to 30 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>How long an answer is remembered; 0 to 86,400 seconds.</summary>
    public int RememberSeconds { get; init; } = 300;

    /// <summary>Without an answer the number plan decides, when it can; else the lookup is refused with 9030.</summary>
    public bool Fallback { get; init; }
}
