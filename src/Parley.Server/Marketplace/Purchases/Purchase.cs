using Parley.Server.Marketplace.Terms;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>Who holds the buyer's money. The numbers are stored.</summary>
internal enum PurchaseKind
{
    /// <summary>The client, before it asks (contract marketplace §5.8).</summary>
    Transact = 1,

    /// <summary>We have it held (§5.9).</summary>
    ReserveAndTransact = 2,
}

/// <summary>A purchase as accepted. It never changes; what becomes of it is its <see cref="Progress"/>. Times in microseconds UTC.</summary>
internal sealed record Purchase
{
    public string Id { get; init; } = "";

    public long ClientId { get; init; }

    public string ClientRef { get; init; } = "";

    public long Kind { get; init; }

    public long ProductId { get; init; }

    public long TypeId { get; init; }

    public string ProductName { get; init; } = "";

    public string Currency { get; init; } = "";

    public long PurchaseAmount { get; init; }

    public long FeeAmount { get; init; }

    public long DiscountAmount { get; init; }

    public long ShareAmount { get; init; }

    public long ChannelId { get; init; }

    public string ChannelName { get; init; } = "";

    public string SessionId { get; init; } = "";

    public string Source { get; init; } = "";

    public string Target { get; init; } = "";

    public string? Account { get; init; }

    public long? FundingSourceId { get; init; }

    /// <summary>The client's own reservation, with Transact.</summary>
    public string? GivenReserveRef { get; init; }

    /// <summary>The client's own time.</summary>
    public long? SentAt { get; init; }

    public long AcceptedAt { get; init; }

    /// <summary>The amounts, frozen at acceptance.</summary>
    public Quote Amounts => new(PurchaseAmount, FeeAmount, DiscountAmount, ShareAmount);

    public bool IsReserving => Kind == (long)PurchaseKind.ReserveAndTransact;

    /// <summary>The wire's reference.</summary>
    public string Reference => Wire.Reference(Id);

    /// <summary>The reference of an attempt at the supplier.</summary>
    public string AttemptReference(long attempt) => $"{Reference}-{attempt}";

    /// <summary>True when the other asks for the same (§9).</summary>
    public bool SameAs(Purchase other) =>
        (Kind, ProductId, PurchaseAmount, FeeAmount, Source, Target, GivenReserveRef)
        == (other.Kind, other.ProductId, other.PurchaseAmount, other.FeeAmount, other.Source, other.Target,
            other.GivenReserveRef);
}
