using Parley.Platform;

namespace Parley.Server.Channels.Billing;

/// <summary>Why a payment is refused. Codes are stable.</summary>
public static class CreditRefusals
{
    /// <summary>There is no such tenant, or it has no account.</summary>
    public const string NoAccount = "credit.no-account";

    /// <summary>The amount is zero, too large, or has more than six digits after the point.</summary>
    public const string AmountInvalid = "credit.amount-invalid";

    /// <summary>The reference is empty, longer than 100 characters or not printable.</summary>
    public const string ReferenceInvalid = "credit.reference-invalid";

    /// <summary>The reference stands in the books with another amount.</summary>
    public const string ReferenceReused = "credit.reference-reused";

    /// <summary>The account would go below its limit.</summary>
    public const string TooMuch = "credit.too-much";

    internal static Refusal Of(string code, string reason) => new(code, reason);
}
