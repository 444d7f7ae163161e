using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// Writes what follows from a step, in one transaction: the progress, the books, the jobs that are owed, and what a person
/// has to look at.
/// </summary>
internal sealed class RecordStep(
    SaleBooks books, PurchaseJobs jobs, MarketExceptions exceptions, PurchaseMemory memory, SecretBox box,
    Catalogue catalogue)
{
    /// <param name="tx">The transaction that read or remembered <paramref name="before"/>.</param>
    /// <param name="purchase">The purchase.</param>
    /// <param name="before">Where it stood.</param>
    /// <param name="step">What follows.</param>
    /// <param name="sold">The supplier's word, when it sold.</param>
    public void Run(Tx tx, Purchase purchase, Progress before, Step step, SupplierAnswer? sold = null)
    {
        if (step.Contradiction is { } contradiction)
            exceptions.Raise(tx, purchase.Id, MarketException.Discrepancy, contradiction);
        var next = step.Next;
        if (next.Version == before.Version) return;
        if (next.At == PurchaseState.Succeeded && before.At != PurchaseState.Succeeded && sold?.Token is { } token)
            next = next with { Token = box.Seal(token, purchase.Id) };
        PurchaseStore.Update(tx, next);
        memory.Keep(tx, purchase, next);
        if (next.At == before.At) return;
        if (before.At == PurchaseState.Reserving) jobs.Unguard(tx, purchase);
        if (next.At == PurchaseState.Reserved) jobs.StartVend(tx, purchase);
        if (HasHold(before) && !HasHold(next))
            books.End(tx, purchase, before.Attempt, next.At == PurchaseState.Succeeded, next.IsFinal);
        else if (next.IsFinal && before.Attempt > 0) books.Release(tx, purchase);
        if (next.Told == ResultState.Sending && before.Told == ResultState.None) jobs.StartResult(tx, purchase);
        if (next.IsFinal) jobs.StartSms(tx, purchase, next);
        if (next.At == PurchaseState.Succeeded) Sold(tx, purchase, next);
    }

    private void Sold(Tx tx, Purchase purchase, Progress next)
    {
        if (next.Token is null && catalogue.Product((int)purchase.ProductId) is { TokenBased: true })
            exceptions.Raise(tx, purchase.Id, MarketException.TokenMissing,
                "The supplier sold without a readable token");
    }

    /// <summary>While the supplier may have sold, its part is set aside.</summary>
    private static bool HasHold(Progress p) => p.At is PurchaseState.Vending or PurchaseState.VendPending;
}
