using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// Has a purchase dispensed. What may have happened is committed before the supplier is called, so whoever runs it next
/// knows whether to vend or to ask.
/// </summary>
internal sealed class VendJob(
    IPurchaseCommits commits, Database database, Catalogue catalogue, ISupplier suppliers, SaleBooks books,
    RecordStep record, MarketExceptions exceptions, PurchaseMemory memory, SupplierHealth health, TimeProvider time)
{
    private static readonly long UnresolvedAfter = Micros.From(TimeSpan.FromDays(1));

    public JobKind Kind => new(
        PurchaseJobs.Vend, Run, 64, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)));

    private sealed record Begun(Progress Progress, Supplier? Supplier, string Sku, bool Vend);

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        var sale = memory.Find(job.Key) ?? await database.Read(c => PurchaseStore.ById(c, job.Key), cancel);
        if (sale is null || sale.Progress.IsFinal) return JobOutcome.Done;
        var purchase = sale.Purchase;
        var begun = await commits.Run(tx => Begin(tx, purchase), cancel);
        if (begun.Progress.IsFinal) return JobOutcome.Done;
        if (begun.Supplier is not { } supplier)
        {
            await commits.Run(tx => RaiseWhenOld(tx, purchase, begun.Progress), CancellationToken.None);
            return JobOutcome.Again(time.NowMicros() + Micros.PerMinute, "the supplier is not provisioned any more");
        }
        var attempt = begun.Progress.Attempt;
        var answer = begun.Vend
            ? await suppliers.Vend(supplier, Request(purchase, attempt, begun.Sku), cancel)
            : await suppliers.Status(supplier, purchase.AttemptReference(attempt), cancel);
        // What was heard is written also while the node stops.
        var step = await commits.Run(tx =>
        {
            var reference = purchase.AttemptReference(attempt);
            if (begun.Vend) health.Heard(tx, supplier, reference, answer);
            else health.HeardLater(tx, supplier, reference, answer);
            return Take(tx, purchase, attempt, answer);
        }, CancellationToken.None);
        return step.Next.IsFinal ? JobOutcome.Done
            : JobOutcome.Again(step.LookAt ?? time.NowMicros(), $"{step.Next.At}");
    }

    /// <summary>On what is remembered; when the books know better, on what is read.</summary>
    private Begun Begin(Tx tx, Purchase purchase)
    {
        var begun = Begin(tx, purchase, memory.Progress(tx, purchase.Id))
            ?? Begin(tx, purchase, PurchaseStore.Progress(tx, purchase.Id));
        Invariant.Holds(begun is not null);
        return begun;
    }

    private Begun? Begin(Tx tx, Purchase purchase, Progress progress)
    {
        var now = time.NowMicros();
        switch (progress.At)
        {
            case PurchaseState.Received or PurchaseState.Reserved or PurchaseState.VendAgain:
                return Choose(tx, purchase, progress, now);
            case PurchaseState.Vending:
                var open = PurchaseSteps.Interrupted(progress, now);
                record.Run(tx, purchase, progress, open);
                return new(open.Next, catalogue.Supplier(progress.SupplierId!), "", false);
            case PurchaseState.VendPending:
                return new(progress, catalogue.Supplier(progress.SupplierId!), "", false);
            default:
                Invariant.Holds(progress.IsFinal);
                return new(progress, null, "", false);
        }
    }

    /// <summary>The next supplier that isn't left alone and whose float has room; the hold and the attempt are one commit.</summary>
    private Begun? Choose(Tx tx, Purchase purchase, Progress progress, long now)
    {
        var (routes, leftAlone) = (Routes(purchase), false);
        var reference = purchase.AttemptReference(progress.Attempt + 1);
        for (var i = 0; i < routes.Count; i++)
        {
            var (supplier, sku) = routes[(int)((progress.Attempt + i) % routes.Count)];
            if (!health.Admits(tx, supplier, reference))
            {
                leftAlone = true;
                continue;
            }
            var held = books.Hold(tx, purchase, supplier, progress.Attempt + 1);
            if (held != HoldOutcome.Held) health.GiveBack(tx, supplier, reference);
            if (held == HoldOutcome.Taken) return null;
            if (held == HoldOutcome.NoRoom) continue;
            var next = PurchaseSteps.Vend(progress, supplier.Id, now);
            record.Run(tx, purchase, progress, new Step(next));
            return new(next, supplier, sku, true);
        }
        var none = PurchaseSteps.NoSupplier(progress, routes.Count == 0 ? "2226" : leftAlone ? "2239" : "2225", now);
        record.Run(tx, purchase, progress, none);
        return new(none.Next, null, "", false);
    }

    private Step Take(Tx tx, Purchase purchase, long attempt, SupplierAnswer answer)
    {
        var now = time.NowMicros();
        var routes = Routes(purchase).Count;
        var (progress, step) = memory.Step(
            tx, purchase.Id, p => PurchaseSteps.Heard(p, attempt, answer, routes - (int)p.Attempt, now));
        record.Run(tx, purchase, progress, step, answer);
        RaiseWhenOld(tx, purchase, step.Next);
        return step;
    }

    /// <summary>What nobody has said anything of for a day is for a person to decide.</summary>
    private bool RaiseWhenOld(Tx tx, Purchase purchase, Progress progress) =>
        progress.At is PurchaseState.Vending or PurchaseState.VendPending
        && time.NowMicros() - progress.VendAt > UnresolvedAfter
        && exceptions.Raise(
            tx, purchase.Id, MarketException.Unresolved,
            $"Supplier {progress.SupplierId} has not said for a day what became of "
            + purchase.AttemptReference(progress.Attempt));

    private List<(Supplier Supplier, string Sku)> Routes(Purchase purchase) =>
    [
        .. (catalogue.Product((int)purchase.ProductId)?.Routes ?? [])
            .Select(r => (Supplier: catalogue.Supplier(r.SupplierId), r.Sku))
            .Where(r => r.Supplier is { Active: true }).Select(r => (r.Supplier!, r.Sku)),
    ];

    private static VendRequest Request(Purchase purchase, long attempt, string sku) => new(
        purchase.AttemptReference(attempt), sku, purchase.Amounts.Vend, purchase.Currency, purchase.Target,
            purchase.Source);
}
