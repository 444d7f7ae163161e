namespace Parley.Ledger;

/// <summary>A transfer as it stands in the books. It never changes.</summary>
public sealed record Entry
{
    /// <summary>The transfer's id.</summary>
    public required string Id { get; init; }

    /// <summary>What it did.</summary>
    public required TransferKind Kind { get; init; }

    /// <summary>The account debited.</summary>
    public required string Debit { get; init; }

    /// <summary>The account credited.</summary>
    public required string Credit { get; init; }

    /// <summary>What moved or was set aside, in minor units; 0 for void and expiry.</summary>
    public required long Amount { get; init; }

    /// <summary>The hold that it ended.</summary>
    public string? HoldId { get; init; }

    /// <summary>When the hold that it made ends by itself, in microseconds UTC.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it belongs to.</summary>
    public string Reference { get; init; } = "";

    /// <summary>When it was booked, in microseconds UTC; ascending within each account.</summary>
    public required long At { get; init; }

    /// <summary>The debited account's balance after it.</summary>
    public long DebitPosted { get; init; }

    /// <summary>What holds may take from the debited account after it.</summary>
    public long DebitHeld { get; init; }

    /// <summary>The credited account's balance after it.</summary>
    public long CreditPosted { get; init; }

    /// <summary>What holds may take from the credited account after it.</summary>
    public long CreditHeld { get; init; }

    /// <summary>Hash of it and of the latest entries before it on both accounts.</summary>
    internal byte[] Chain { get; init; } = [];
}
