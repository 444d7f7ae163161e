using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What a person decides about a purchase. Refusals: <c>market.*</c>.</summary>
internal sealed class DecidePurchase(
    IPurchaseCommits commits, RecordStep record, MarketExceptions exceptions, PurchaseJobs jobs, SaleBooks books,
    Catalogue catalogue, TimeProvider time)
{
    public const string Unknown = "market.unknown", NotOpen = "market.not-open", Malformed = "market.malformed";

    /// <summary>Ends an exception; the outcome <c>sold</c> or <c>not-sold</c> also ends its purchase, <c>noted</c> nothing else.</summary>
    public Task<Result<string>> Resolve(string id, Decision decision, CancellationToken cancel)
    {
        var by = decision.By ?? "";
        var note = decision.Note ?? "";
        if (by.Length is 0 or > 100 || note.Length > 300 || decision.Token is { Length: > 1_000 }
            || decision.Outcome is not ("sold" or "not-sold" or "noted"))
            return Task.FromResult<Result<string>>(new Refusal(
                Malformed, "outcome (sold, not-sold, noted) and by (who decides, 1 to 100 characters) are needed"));
        return commits.Run(tx => Resolve(tx, id, decision, by, note), cancel);
    }

    /// <summary>Tells an outcome again that could not be delivered.</summary>
    public Task<bool> Resend(string purchaseId, CancellationToken cancel) => commits.Run(tx =>
    {
        if (tx.First<Purchase>(
            $"SELECT {PurchaseStore.PurchaseColumns} FROM market_purchases p WHERE p.id = @purchaseId",
            new { purchaseId })
            is not { } purchase) return false;
        var progress = PurchaseStore.Progress(tx, purchaseId);
        if (progress.Told is not (ResultState.Undelivered or ResultState.Acked)) return false;
        PurchaseStore.Update(tx, progress with { Told = ResultState.Sending, Version = progress.Version + 1 });
        jobs.StartResult(tx, purchase);
        return true;
    }, cancel);

    /// <summary>Books money sent to a supplier.</summary>
    public Task<Result<string>> Deposit(string supplierId, FloatDeposit deposit, CancellationToken cancel)
    {
        if (catalogue.Supplier(supplierId) is not { } supplier)
            return Task.FromResult<Result<string>>(new Refusal(Unknown, "There is no such supplier."));
        if (deposit.Reference is not { Length: > 0 and <= 40 } reference || !reference.All(c => c is > ' ' and <= '~')
            || deposit.Currency is not { } currency || Tenants.Currency.Digits(currency) is null)
            return Task.FromResult<Result<string>>(new Refusal(
                Malformed,
                    "currency (ISO 4217), amount (minor units) and reference (1 to 40 visible characters) are needed"));
        return commits.Run<Result<string>>(tx =>
        {
            var posted = books.Deposit(tx, supplier, currency, deposit.Amount, reference);
            return posted.Refusal is { } refusal ? refusal : posted.Outcome.ToString();
        }, cancel);
    }

    private Result<string> Resolve(Tx tx, string id, Decision decision, string by, string note)
    {
        if (MarketExceptions.Find(tx, id) is not { } found) return new Refusal(Unknown, "There is no such exception.");
        if (found.ResolvedAt is not null) return new Refusal(NotOpen, "It was resolved before.");
        if (decision.Outcome != "noted")
        {
            if (found.Kind != MarketException.Unresolved) return new Refusal(NotOpen,
                "Only an open vend can be decided.");
            var progress = PurchaseStore.Progress(tx, found.PurchaseId);
            var sold = decision.Outcome == "sold";
            var step = PurchaseSteps.Decided(progress, sold, "2201", time.NowMicros());
            if (step.Next.Version == progress.Version) return new Refusal(NotOpen, "The purchase is final.");
            var purchase = tx.First<Purchase>(
                $"SELECT {PurchaseStore.PurchaseColumns} FROM market_purchases p WHERE p.id = @PurchaseId",
                    new { found.PurchaseId });
            record.Run(tx, purchase!, progress, step, new SupplierAnswer(VendOutcome.Success, "0000", decision.Token));
        }
        else if (found.Kind == MarketException.Unresolved && !PurchaseStore.Progress(tx, found.PurchaseId).IsFinal)
        {
            return new Refusal(NotOpen, "An open vend is decided: sold or not-sold.");
        }
        exceptions.Resolve(tx, id, note.Length == 0 ? decision.Outcome! : $"{decision.Outcome}: {note}", by);
        return decision.Outcome!;
    }
}

/// <summary>What a person decides: <c>sold</c> (with the token, if there is one), <c>not-sold</c> or <c>noted</c>.</summary>
internal sealed record Decision(string? Outcome, string? By, string? Note, string? Token);

/// <summary>Money sent to a supplier, in minor units.</summary>
internal sealed record FloatDeposit(string? Currency, long Amount, string? Reference);
