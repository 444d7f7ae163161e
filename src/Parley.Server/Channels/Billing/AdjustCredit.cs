using System.Security.Cryptography;
using System.Text;
using Parley.Ledger;
using Parley.Platform;

namespace Parley.Server.Channels.Billing;

/// <summary>Money paid in by a tenant, or taken out again by hand.</summary>
/// <param name="Reference">1 to 100 printable characters; a repeat under the same one changes nothing.</param>
/// <param name="Amount">In currency, not 0, at most six digits after the point; negative takes out.</param>
/// <param name="Reason">For the statement; at most 40 characters.</param>
public sealed record CreditPayment(string? Reference, Millionths Amount, string? Reason);

/// <summary>Books payments.</summary>
public sealed class AdjustCredit(Books books)
{
    /// <summary>True when it was booked now, false when it had been before.</summary>
    public async Task<Result<bool>> Run(string tenantId, CreditPayment payment, CancellationToken cancel)
    {
        if (payment.Reference is not { Length: > 0 and <= 100 } reference || reference.Any(char.IsControl))
            return CreditRefusals.Of(
                CreditRefusals.ReferenceInvalid, "The reference must have 1 to 100 printable characters.");
        var reason = payment.Reason ?? (payment.Amount.Value > 0 ? "payment" : "correction");
        if (reason.Length > 40 || reason.Any(char.IsControl))
            return CreditRefusals.Of(
                CreditRefusals.ReferenceInvalid, "The reason must have at most 40 printable characters.");
        if (payment.Amount.Value is 0 or < -Transfer.MostAmount or > Transfer.MostAmount)
            return CreditRefusals.Of(
                CreditRefusals.AmountInvalid,
                "The amount must be a number, not 0, with at most six digits after the point.");
        var transfer = Booking(tenantId, reference, payment.Amount.Value) with
        {
            Reason = reason,
            Reference = reference,
        };
        var posted = (await books.Post([transfer], cancel))[0];
        return posted.Refusal is { } refusal ? Of(refusal) : posted.Outcome == Outcome.Done;
    }

    private static Transfer Booking(string tenantId, string reference, long micros)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{tenantId}\n{reference}"));
        var id = string.Concat("sms:payment:", Convert.ToHexStringLower(hash).AsSpan(0, 48));
        var (credit, payments) = (CreditAccounts.CreditOf(tenantId), CreditAccounts.PaymentsOf(tenantId));
        return micros > 0 ? Transfer.Move(id, payments, credit, micros) : Transfer.Move(id, credit, payments, -micros);
    }

    private static Refusal Of(Refusal refusal) => refusal.Code switch
    {
        LedgerRefusals.AccountUnknown => CreditRefusals.Of(CreditRefusals.NoAccount, "The tenant has no account."),
        LedgerRefusals.FundsInsufficient =>
            CreditRefusals.Of(CreditRefusals.TooMuch, "The account would go below its limit."),
        LedgerRefusals.IdReused => CreditRefusals.Of(
            CreditRefusals.ReferenceReused, "The reference was used for another amount or reason."),
        _ => refusal,
    };
}
