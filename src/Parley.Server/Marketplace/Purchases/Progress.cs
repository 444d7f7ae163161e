namespace Parley.Server.Marketplace.Purchases;

/// <summary>Where a purchase stands (docs/decisions/0011-purchases.md). The numbers are stored.</summary>
internal enum PurchaseState
{
    /// <summary>Accepted; the client holds the money.</summary>
    Received = 1,

    /// <summary>The bank may have been asked to hold.</summary>
    Reserving = 2,

    /// <summary>The bank holds.</summary>
    Reserved = 3,

    /// <summary>The supplier may have been asked to dispense.</summary>
    Vending = 4,

    /// <summary>Whether it was dispensed is open: it is asked for.</summary>
    VendPending = 5,

    /// <summary>Certainly not dispensed yet; another attempt follows.</summary>
    VendAgain = 6,

    Succeeded = 10,
    Failed = 11,

    /// <summary>The bank refused; nothing is held.</summary>
    ReserveDeclined = 12,

    /// <summary>A hold may stand; nothing is dispensed, and the release is told.</summary>
    ReserveUnknown = 13,

    /// <summary>We refused.</summary>
    Refused = 14,
}

/// <summary>Where the telling of the outcome stands. The numbers are stored.</summary>
internal enum ResultState
{
    None = 0,
    Sending = 1,
    Acked = 2,
    Undelivered = 3,
}

/// <summary>What becomes of a purchase: narrow, and written with a version that must be the next. Times in microseconds UTC.</summary>
internal sealed record Progress
{
    /// <summary>States before this one aren't final.</summary>
    public const int FirstFinal = (int)PurchaseState.Succeeded;

    public string Id { get; init; } = "";

    public long Version { get; init; }

    public PurchaseState At
    {
        get => (PurchaseState)State;
        init => State = (long)value;
    }

    public long State { get; init; }

    public long ChangedAt { get; init; }

    public string? ReserveRef { get; init; }

    public string? ReserveCode { get; init; }

    /// <summary>The outcome's code; null before it is known.</summary>
    public string? Code { get; init; }

    public long? FinalAt { get; init; }

    public string? SupplierId { get; init; }

    /// <summary>Vends begun.</summary>
    public long Attempt { get; init; }

    public long? FirstVendAt { get; init; }

    public long? VendAt { get; init; }

    /// <summary>How often the supplier was asked what became of this attempt.</summary>
    public long Asked { get; init; }

    /// <summary>Encrypted.</summary>
    public byte[]? Token { get; init; }

    /// <summary>A JSON array.</summary>
    public string Details { get; init; } = "[]";

    public ResultState Told
    {
        get => (ResultState)ToldState;
        init => ToldState = (long)value;
    }

    public long ToldState { get; init; }

    public long ResultAttempts { get; init; }

    public long? ResultAt { get; init; }

    public bool IsFinal => State >= FirstFinal;

    /// <summary>The wire's word (contract marketplace §6.1).</summary>
    public string Status => At switch
    {
        PurchaseState.Succeeded => "SUCCESS",
        _ when IsFinal => "FAILED",
        _ => "PENDING",
    };
}
