namespace Parley.Ledger;

/// <summary>Rows as the driver reads them.</summary>
internal sealed class AccountRow
{
    public string Id { get; init; } = "";
    public string Currency { get; init; } = "";
    public long Side { get; init; }
    public long? Overdraft { get; init; }
    public string Name { get; init; } = "";
    public long Version { get; init; }
    public long Debits { get; init; }
    public long Credits { get; init; }
    public long HeldDebits { get; init; }
    public long HeldCredits { get; init; }
    public long LastAt { get; init; }
    public byte[] Chain { get; init; } = [];

    public Balance ToBalance() => new()
    {
        Account = new Account { Id = Id, Currency = Currency, Side = (Side)Side, Overdraft = Overdraft, Name = Name },
        Version = Version,
        Debits = Debits,
        Credits = Credits,
        HeldDebits = HeldDebits,
        HeldCredits = HeldCredits,
        LastAt = LastAt,
        Chain = Chain,
    };
}

internal sealed class HoldRow
{
    public string Id { get; init; } = "";
    public string Debit { get; init; } = "";
    public string Credit { get; init; } = "";
    public long Amount { get; init; }
    public long? ExpiresAt { get; init; }
    public long State { get; init; }

    public Hold ToHold() => new(Id, Debit, Credit, Amount, ExpiresAt, (HoldState)State);
}

internal class EntryRow
{
    public string Id { get; init; } = "";
    public long Kind { get; init; }
    public string Debit { get; init; } = "";
    public string Credit { get; init; } = "";
    public long Amount { get; init; }
    public string? HoldId { get; init; }
    public long? ExpiresAt { get; init; }
    public string Reason { get; init; } = "";
    public string Reference { get; init; } = "";
    public long At { get; init; }
    public long DebitPosted { get; init; }
    public long DebitHeld { get; init; }
    public long CreditPosted { get; init; }
    public long CreditHeld { get; init; }
    public byte[] Chain { get; init; } = [];

    public Entry ToEntry() => new()
    {
        Id = Id,
        Kind = (TransferKind)Kind,
        Debit = Debit,
        Credit = Credit,
        Amount = Amount,
        HoldId = HoldId,
        ExpiresAt = ExpiresAt,
        Reason = Reason,
        Reference = Reference,
        At = At,
        DebitPosted = DebitPosted,
        DebitHeld = DebitHeld,
        CreditPosted = CreditPosted,
        CreditHeld = CreditHeld,
        Chain = Chain,
    };
}

/// <summary>An entry with the row of the hold that it made or ended.</summary>
internal sealed class CheckedRow : EntryRow
{
    public string? StoredId { get; init; }
    public string StoredDebit { get; init; } = "";
    public string StoredCredit { get; init; } = "";
    public long StoredAmount { get; init; }
    public long? StoredExpiresAt { get; init; }
    public long StoredState { get; init; }

    public Hold? ToHold() => StoredId is null
        ? null : new(StoredId, StoredDebit, StoredCredit, StoredAmount, StoredExpiresAt, (HoldState)StoredState);
}

internal sealed class MovedRow
{
    public string Reason { get; init; } = "";
    public long Entries { get; init; }
    public long Amount { get; init; }
}
