namespace Parley.Ledger;

/// <summary>What a transfer does.</summary>
public enum TransferKind
{
    /// <summary>Money moves at once.</summary>
    Move = 1,

    /// <summary>Money is set aside; it moves when captured.</summary>
    Hold = 2,

    /// <summary>A hold ends: all or part of it moves, the rest is free again.</summary>
    Capture = 3,

    /// <summary>A hold ends: nothing moves.</summary>
    Void = 4,

    /// <summary>A hold's time ended; the ledger writes it by itself.</summary>
    Expire = 5,
}

/// <summary>
/// What is asked of the books. Its id makes a repeat harmless: the same content under the same id changes nothing and
/// says so, other content is refused. A refused transfer leaves no trace, so its id may be used again.
/// </summary>
public sealed record Transfer
{
    /// <summary>The largest amount: 10^15 minor units.</summary>
    public const long MostAmount = 1_000_000_000_000_000;

    private Transfer(string id, TransferKind kind) => (Id, Kind) = (id, kind);

    /// <summary>1 to 64 visible ASCII characters, unique over all transfers.</summary>
    public string Id { get; }

    /// <summary>What it does.</summary>
    public TransferKind Kind { get; }

    /// <summary>The account that is debited; empty for what ends a hold.</summary>
    public string Debit { get; private init; } = "";

    /// <summary>The account that is credited; empty for what ends a hold.</summary>
    public string Credit { get; private init; } = "";

    /// <summary>Minor units, 1 to <see cref="MostAmount"/>; null captures the whole hold.</summary>
    public long? Amount { get; private init; }

    /// <summary>The hold that it ends.</summary>
    public string? HoldId { get; private init; }

    /// <summary>When a hold ends by itself, in microseconds UTC; null for never.</summary>
    public long? ExpiresAt { get; private init; }

    /// <summary>
    /// The moment it is booked at, in microseconds UTC; null for now. Refused when an entry of either account is later
    /// (nothing is backdated) or when it lies in the future.
    /// </summary>
    public long? At { get; init; }

    /// <summary>Why, in the words of whoever asks (<c>sms</c>, <c>purchase</c>); at most 40 characters.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it belongs to (a message, a purchase); at most 100 characters.</summary>
    public string Reference { get; init; } = "";

    /// <summary>It and the next transfer in the list stand or fall together; a chain ends with one that is not linked.</summary>
    public bool Linked { get; init; }

    /// <summary>Money moves at once.</summary>
    public static Transfer Move(string id, string debit, string credit, long amount) =>
        new(id, TransferKind.Move) { Debit = debit, Credit = credit, Amount = amount };

    /// <summary>Money is set aside until it is captured, voided or the moment <paramref name="expiresAt"/> (microseconds UTC) comes.</summary>
    public static Transfer Hold(string id, string debit, string credit, long amount, long? expiresAt = null) =>
        new(id, TransferKind.Hold) { Debit = debit, Credit = credit, Amount = amount, ExpiresAt = expiresAt };

    /// <summary>Ends a hold: <paramref name="amount"/> of it (null for all) moves, the rest is free again.</summary>
    public static Transfer Capture(string id, string holdId, long? amount = null) =>
        new(id, TransferKind.Capture) { HoldId = holdId, Amount = amount };

    /// <summary>Ends a hold: nothing moves.</summary>
    public static Transfer Void(string id, string holdId) => new(id, TransferKind.Void) { HoldId = holdId };

    internal static Transfer Expire(string holdId) => new("expire:" + holdId, TransferKind.Expire) { HoldId = holdId };
}
