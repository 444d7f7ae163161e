using Parley.Platform;

namespace Parley.Ledger;

/// <summary>What became of a transfer.</summary>
public enum Outcome
{
    /// <summary>It stands in the books now.</summary>
    Done,

    /// <summary>It stood there already, with the same content: nothing changed.</summary>
    Repeated,

    /// <summary>Nothing changed; <see cref="Posted.Refusal"/> says why.</summary>
    Refused,
}

/// <summary>The answer to one transfer.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When it was booked, in microseconds UTC (the first time, when repeated); 0 when refused.</param>
/// <param name="Refusal">Why it was refused (a code of <see cref="LedgerRefusals"/>); null otherwise.</param>
public sealed record Posted(string Id, Outcome Outcome, long At, Refusal? Refusal)
{
    /// <summary>True when the transfer stands in the books.</summary>
    public bool Ok => Refusal is null;
}
