namespace Parley.Ledger;

/// <summary>The side on which an account grows.</summary>
public enum Side
{
    /// <summary>Assets and expenses: what somebody owes us, what we have.</summary>
    Debit = 1,

    /// <summary>Liabilities, income and equity: what we owe somebody, a customer's prepaid balance.</summary>
    Credit = 2,
}

/// <summary>What an account is; where it stands is its <see cref="Balance"/>.</summary>
public sealed record Account
{
    /// <summary>1 to 64 visible ASCII characters; unique for ever.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// ISO 4217, three capital letters: amounts are its minor units. With a digit behind, such as USD6, a unit of its own:
    /// amounts then have so many digits after the point. Both accounts of a transfer have the same.
    /// </summary>
    public required string Currency { get; init; }

    /// <summary>The side on which it grows.</summary>
    public required Side Side { get; init; }

    /// <summary>
    /// How far below zero what is available may go, in minor units: 0 (the default) forbids an overdraft, null sets no
    /// limit. Open holds count against it.
    /// </summary>
    public long? Overdraft { get; init; } = 0;

    /// <summary>For people; at most 100 characters.</summary>
    public string Name { get; init; } = "";
}
