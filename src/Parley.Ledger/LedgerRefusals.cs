using Parley.Platform;

namespace Parley.Ledger;

/// <summary>Why the books refuse. Codes are stable.</summary>
public static class LedgerRefusals
{
    /// <summary>An id, reason, reference, name or currency has the wrong form.</summary>
    public const string Malformed = "ledger.malformed";

    /// <summary>The amount is not 1 to <see cref="Transfer.MostAmount"/>.</summary>
    public const string AmountInvalid = "ledger.amount-invalid";

    /// <summary>There is no such account.</summary>
    public const string AccountUnknown = "ledger.account-unknown";

    /// <summary>An account with this id but other properties is open already.</summary>
    public const string AccountDiffers = "ledger.account-differs";

    /// <summary>Debit and credit are the same account.</summary>
    public const string SameAccount = "ledger.same-account";

    /// <summary>The two accounts have different currencies.</summary>
    public const string CurrencyDiffers = "ledger.currency-differs";

    /// <summary>The account's balance without its holds, and its overdraft, do not cover the amount.</summary>
    public const string FundsInsufficient = "ledger.funds-insufficient";

    /// <summary>The id stands in the books with other content.</summary>
    public const string IdReused = "ledger.id-reused";

    /// <summary>There is no such hold.</summary>
    public const string HoldUnknown = "ledger.hold-unknown";

    /// <summary>The hold was captured already.</summary>
    public const string HoldCaptured = "ledger.hold-captured";

    /// <summary>The hold was voided already.</summary>
    public const string HoldVoided = "ledger.hold-voided";

    /// <summary>The hold's time ended.</summary>
    public const string HoldExpired = "ledger.hold-expired";

    /// <summary>The capture is larger than the hold.</summary>
    public const string CaptureTooLarge = "ledger.capture-too-large";

    /// <summary>An entry of one of the accounts is later than the moment given.</summary>
    public const string Backdated = "ledger.backdated";

    /// <summary>The moment given lies in the future, or a hold would end in the past.</summary>
    public const string TimeInvalid = "ledger.time-invalid";

    /// <summary>Another transfer of the same linked chain was refused.</summary>
    public const string LinkedFailed = "ledger.linked-failed";

    /// <summary>The last transfer of the list is linked to nothing.</summary>
    public const string LinkedOpen = "ledger.linked-open";

    /// <summary>The account's totals would leave the range of the books.</summary>
    public const string TotalTooLarge = "ledger.total-too-large";

    internal static Refusal Of(string code, string reason, string? subject = null) => new(code, reason, subject);
}
