using System.Globalization;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>Whose statement it is, and for which span: from a moment (included) until another (not), in microseconds UTC.</summary>
internal sealed record StatementHead(string Kind, string Party, long From, long Until)
{
    public const string Supplier = "supplier", Bank = "bank";

    public bool IsBank => Kind == Bank;
}

/// <summary>How a line and our record of it relate.</summary>
internal enum Match
{
    Matched,

    /// <summary>They list what we know nothing of.</summary>
    MissingAtUs,

    /// <summary>We sold what they don't list.</summary>
    MissingAtThem,

    Amount,
    Outcome,

    /// <summary>They list it more than once.</summary>
    Twice,

    /// <summary>One side has not decided: nothing to say yet.</summary>
    Open,
}

/// <summary>What was found out about one reference.</summary>
/// <param name="Match">How the two relate.</param>
/// <param name="Reference">Their word for it, or ours where they have none.</param>
/// <param name="PurchaseId">Ours; null when we know nothing of it.</param>
/// <param name="Line">The line in the file; null when there is none.</param>
/// <param name="Ours">What we have.</param>
/// <param name="Theirs">What they have.</param>
internal sealed record Finding(
    Match Match, string Reference, string? PurchaseId, int? Line, string Ours, string Theirs)
{
    public bool IsDifference => Match is not (Match.Matched or Match.Open);
}

/// <summary>Compares a line of a statement with our record, without any I/O (docs/decisions/0014-settlement.md).</summary>
internal static class StatementMatch
{
    /// <summary>The purchase and attempt that a supplier's reference names; null when it is none of ours.</summary>
    public static (string Id, long Attempt)? AttemptOf(string reference)
    {
        const int Uuid = 36;
        return reference.Length is > Uuid + 1 and <= Uuid + 4 && reference[Uuid] == '-'
            && Wire.IdOf(reference[..Uuid].ToLowerInvariant()) is { } id
            && int.TryParse(reference[(Uuid + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            && attempt > 0 ? (id, attempt) : null;
    }

    /// <summary>The line's relation to the sale that its reference led to; null for none.</summary>
    public static Finding Of(StatementHead head, StatementLine line, Sale? sale)
    {
        var theirs = $"{line.Outcome} {line.Amount} {line.Currency}";
        if (sale is null || !IsTheirs(head, sale, AttemptOf(line.Reference)?.Attempt ?? 0))
            return new(Match.MissingAtUs, line.Reference, null, line.Number, "nothing", theirs);
        var (ours, amount) = OutcomeOf(head, sale, AttemptOf(line.Reference)?.Attempt ?? 0);
        var found = new Finding(
            Match.Matched, line.Reference, sale.Purchase.Id, line.Number,
            $"{ours} {amount} {sale.Purchase.Currency}", theirs);
        if (ours != line.Outcome)
            return found with { Match = IsOpen(head, sale, ours, line) ? Match.Open : Match.Outcome };
        // What was not sold has no amount that anybody owes.
        return ours != StatementOutcome.Failed && (amount, sale.Purchase.Currency) != (line.Amount, line.Currency)
            ? found with { Match = Match.Amount } : found;
    }

    /// <summary>What a success of ours is worth to them: what the supplier takes from our float, what the bank debits.</summary>
    public static long AmountOf(StatementHead head, Purchase purchase) =>
        head.IsBank ? purchase.Amounts.Reserve : purchase.Amounts.ToSupplier;

    /// <summary>What they should call a sale of ours.</summary>
    public static string ReferenceOf(StatementHead head, Sale sale) => head.IsBank
        ? sale.Purchase.Reference : sale.Purchase.AttemptReference(sale.Progress.Attempt);

    private static bool IsTheirs(StatementHead head, Sale sale, long attempt) => head.IsBank
        ? $"{sale.Purchase.FundingSourceId}" == head.Party
        : attempt < sale.Progress.Attempt
            || (attempt == sale.Progress.Attempt && sale.Progress.SupplierId == head.Party);

    private static (StatementOutcome Outcome, long Amount) OutcomeOf(StatementHead head, Sale sale, long attempt)
    {
        var amount = AmountOf(head, sale.Purchase);
        // An attempt that another followed was given up because nothing was dispensed.
        if (!head.IsBank && attempt < sale.Progress.Attempt) return (StatementOutcome.Failed, amount);
        return sale.Progress.At switch
        {
            PurchaseState.Succeeded => (StatementOutcome.Success, amount),
            PurchaseState.VendAgain when !head.IsBank => (StatementOutcome.Failed, amount),
            _ when sale.Progress.IsFinal => (StatementOutcome.Failed, amount),
            _ => (StatementOutcome.Pending, amount),
        };
    }

    /// <summary>We have not decided, or the bank holds because it has not acknowledged the outcome.</summary>
    private static bool IsOpen(StatementHead head, Sale sale, StatementOutcome ours, StatementLine line) =>
        ours == StatementOutcome.Pending
        || (head.IsBank && line.Outcome == StatementOutcome.Pending && sale.Progress.Told == ResultState.Sending);
}
