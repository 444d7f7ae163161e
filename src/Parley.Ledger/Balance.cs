namespace Parley.Ledger;

/// <summary>Where an account stands. Amounts are minor units of its currency.</summary>
public sealed record Balance
{
    /// <summary>The account.</summary>
    public required Account Account { get; init; }

    /// <summary>Everything posted to its debit side.</summary>
    public long Debits { get; init; }

    /// <summary>Everything posted to its credit side.</summary>
    public long Credits { get; init; }

    /// <summary>Open holds on its debit side.</summary>
    public long HeldDebits { get; init; }

    /// <summary>Open holds on its credit side.</summary>
    public long HeldCredits { get; init; }

    /// <summary>When it last changed, in microseconds UTC; entries of one account are at least one microsecond apart.</summary>
    public long LastAt { get; init; }

    /// <summary>Counts the writes; a write that finds another number lost against another writer.</summary>
    internal long Version { get; init; }

    /// <summary>The hash of its latest entry.</summary>
    internal byte[] Chain { get; init; } = Ledger.Chain.Origin;

    /// <summary>
    /// SHA-256 over its latest entry and all that lead to it, 64 hexadecimal digits: kept elsewhere, it proves later that the account's
    /// past was not rewritten.
    /// </summary>
    public string Head => Convert.ToHexStringLower(Chain);

    /// <summary>The balance on its own side; negative when overdrawn.</summary>
    public long Posted => Account.Side == Side.Debit ? Debits - Credits : Credits - Debits;

    /// <summary>What open holds may still take from it.</summary>
    public long Held => Account.Side == Side.Debit ? HeldCredits : HeldDebits;

    /// <summary>What may be taken now: the balance without what is held.</summary>
    public long Available => Posted - Held;

    /// <summary>What may be taken counting the overdraft; null when nothing limits it.</summary>
    public long? Spendable => Account.Overdraft is { } overdraft ? Available + overdraft : null;
}
