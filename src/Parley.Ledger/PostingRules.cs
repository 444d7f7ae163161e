using Parley.Platform;

namespace Parley.Ledger;

/// <summary>What may be booked: checks that change nothing.</summary>
internal static class PostingRules
{
    /// <summary>Totals stay far from the end of a 64-bit integer, so that no sum of two can leave it.</summary>
    private const long MostTotal = 4_000_000_000_000_000_000;

    private const string ExpirePrefix = "expire:";

    public static Refusal? Form(Transfer transfer)
    {
        if (!Id(transfer.Id, transfer.Kind == TransferKind.Expire ? 64 + ExpirePrefix.Length : 64))
            return Malformed("id");
        if (transfer.Kind != TransferKind.Expire && transfer.Id.StartsWith(ExpirePrefix, StringComparison.Ordinal))
            return Malformed("id");
        if (transfer.Kind is TransferKind.Move or TransferKind.Hold
            && !(Id(transfer.Debit, 64) && Id(transfer.Credit, 64))) return Malformed("account");
        if (transfer.HoldId is { } hold && !Id(hold, 64)) return Malformed("hold");
        if (!Words(transfer.Reason, 40)) return Malformed("reason");
        if (!Words(transfer.Reference, 100)) return Malformed("reference");
        if (transfer.Amount is < 1 or > Transfer.MostAmount)
            return LedgerRefusals.Of(
                LedgerRefusals.AmountInvalid, $"An amount is 1 to {Transfer.MostAmount} minor units.");
        return null;
    }

    public static Refusal? Form(Account account)
    {
        if (!Id(account.Id, 64)) return Malformed("id");
        if (!Currency(account.Currency)) return Malformed("currency");
        if (account.Side is not (Side.Debit or Side.Credit)) return Malformed("side");
        if (!Words(account.Name, 100)) return Malformed("name");
        return account.Overdraft is < 0 or > Transfer.MostAmount ? Malformed("overdraft") : null;
    }

    /// <summary>The same request again; when it was booked plays no part.</summary>
    public static bool Same(Transfer transfer, Entry stands, Hold? hold)
    {
        if (transfer.Kind != stands.Kind || transfer.Reason != stands.Reason || transfer.Reference != stands.Reference)
            return false;
        return transfer.Kind switch
        {
            TransferKind.Move or TransferKind.Hold => transfer.Debit == stands.Debit && transfer.Credit == stands.Credit
                && transfer.Amount == stands.Amount && transfer.ExpiresAt == stands.ExpiresAt,
            TransferKind.Capture =>
                transfer.HoldId == stands.HoldId && (transfer.Amount ?? hold!.Amount) == stands.Amount,
            _ => transfer.HoldId == stands.HoldId,
        };
    }

    /// <summary>Why a hold can't be ended in this way; what has ended stays as it is.</summary>
    public static Refusal? Ends(Transfer transfer, Hold hold, long now)
    {
        switch (hold.State)
        {
            case HoldState.Captured:
                return LedgerRefusals.Of(LedgerRefusals.HoldCaptured, "The hold was captured.", hold.Id);
            case HoldState.Voided:
                return LedgerRefusals.Of(LedgerRefusals.HoldVoided, "The hold was voided.", hold.Id);
            case HoldState.Expired:
                return LedgerRefusals.Of(LedgerRefusals.HoldExpired, "The hold's time has ended.", hold.Id);
        }
        var over = hold.ExpiresAt <= now;
        // Its time has ended, whether or not the sweep has come by.
        if (over && transfer.Kind != TransferKind.Expire)
            return LedgerRefusals.Of(LedgerRefusals.HoldExpired, "The hold's time has ended.", hold.Id);
        if (!over && transfer.Kind == TransferKind.Expire)
            return LedgerRefusals.Of(LedgerRefusals.TimeInvalid, "The hold's time has not ended.", hold.Id);
        return transfer.Amount > hold.Amount
            ? LedgerRefusals.Of(LedgerRefusals.CaptureTooLarge, "The capture is larger than the hold.", hold.Id)
            : null;
    }

    /// <summary>Whether the two accounts can take it.</summary>
    public static Refusal? Pair(Transfer transfer, Balance debit, Balance credit, long now)
    {
        if (debit.Account.Id == credit.Account.Id)
            return LedgerRefusals.Of(
                LedgerRefusals.SameAccount, "Debit and credit are the same account.", debit.Account.Id);
        if (debit.Account.Currency != credit.Account.Currency)
            return LedgerRefusals.Of(LedgerRefusals.CurrencyDiffers, "The two accounts have different currencies.");
        if (transfer.At is { } at)
        {
            if (at < debit.LastAt || at < credit.LastAt)
                return LedgerRefusals.Of(LedgerRefusals.Backdated, "An entry of one of the accounts is later.");
            if (at > now) return LedgerRefusals.Of(LedgerRefusals.TimeInvalid, "The moment lies in the future.");
        }
        if (transfer.ExpiresAt <= now)
            return LedgerRefusals.Of(LedgerRefusals.TimeInvalid, "The hold would end in the past.");
        if (transfer.HoldId is not null) return null;
        var amount = transfer.Amount!.Value;
        if (TooLarge(debit, amount) || TooLarge(credit, amount))
            return LedgerRefusals.Of(
                LedgerRefusals.TotalTooLarge, "The totals of one of the accounts would be too large.");
        if (debit.Account.Side == Side.Credit && debit.Spendable < amount) return Insufficient(debit);
        return credit.Account.Side == Side.Debit && credit.Spendable < amount ? Insufficient(credit) : null;
    }

    private static bool TooLarge(Balance balance, long amount) =>
        Math.Max(balance.Debits + balance.HeldDebits, balance.Credits + balance.HeldCredits) > MostTotal - amount;

    private static Refusal Insufficient(Balance balance) => LedgerRefusals.Of(
        LedgerRefusals.FundsInsufficient, "The balance without its holds does not cover the amount.",
        balance.Account.Id);

    private static Refusal Malformed(string what) =>
        LedgerRefusals.Of(LedgerRefusals.Malformed, $"The {what} has the wrong form.", what);

    private static bool Currency(string currency) =>
        currency.Length is 3 or 4 && currency.AsSpan(0, 3).IndexOfAnyExceptInRange('A', 'Z') < 0
        && (currency.Length == 3 || char.IsAsciiDigit(currency[3]));

    private static bool Id(string id, int most) =>
        id.Length > 0 && id.Length <= most && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    private static bool Words(string text, int most) => text.Length <= most && !text.Any(char.IsControl);
}
