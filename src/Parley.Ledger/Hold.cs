namespace Parley.Ledger;

/// <summary>Where a hold stands; everything but <see cref="Open"/> is final.</summary>
public enum HoldState
{
    /// <summary>The amount is set aside.</summary>
    Open = 1,

    /// <summary>All or part of it moved.</summary>
    Captured = 2,

    /// <summary>Nothing moved.</summary>
    Voided = 3,

    /// <summary>Its time ended; nothing moved.</summary>
    Expired = 4,
}

/// <summary>Money set aside.</summary>
/// <param name="Id">The id of the transfer that made it.</param>
/// <param name="Debit">The account that a capture debits.</param>
/// <param name="Credit">The account that a capture credits.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="ExpiresAt">Microseconds UTC; null for never.</param>
/// <param name="State">Where it stands.</param>
public sealed record Hold(string Id, string Debit, string Credit, long Amount, long? ExpiresAt, HoldState State);
