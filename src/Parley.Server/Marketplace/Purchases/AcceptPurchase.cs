using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Terms;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What became of an order.</summary>
/// <param name="Sale">The purchase, also when refused with a code; null with an error.</param>
/// <param name="Error">Why nothing was recorded.</param>
/// <param name="IsNew">False when it is the answer to a repeat.</param>
internal sealed record Accepted(Sale? Sale, MarketError? Error, bool IsNew);

/// <summary>
/// Takes an order: recorded with its frozen amounts before anybody outside is asked (contract marketplace §5.8, §9).
/// </summary>
internal sealed class AcceptPurchase(
    IPurchaseCommits commits, Database database, Catalogue catalogue, PurchaseJobs jobs, PurchaseMemory memory, Ids ids,
    TimeProvider time)
{
    public async Task<Accepted> Run(Client client, PurchaseOrder order, CancellationToken cancel)
    {
        var wanted = order.Purchase;
        var first = await database.Read(c => PurchaseStore.ByRef(c, client.Id, wanted.ClientRef), cancel);
        if (first is not null) return Repeated(wanted, first);
        var now = time.NowMicros();
        if (catalogue.Product((int)wanted.ProductId) is not { } product || !product.IsSold(now)
            || catalogue.Terms(client.Id, product, now) is not { } terms)
            return new(null, MarketError.Invalid("productId: unknown"), false);
        if (order.Unsound(client, product) is { } unsound) return new(null, unsound, false);
        var quote = Quote.Of(terms, wanted.PurchaseAmount);
        var refused = order.Refused(client, product, quote);
        var purchase = wanted with
        {
            Id = ids.Next(),
            TypeId = product.TypeId,
            ProductName = product.ShortDescription,
            Currency = product.Currency,
            DiscountAmount = quote.Discount,
            ShareAmount = quote.ClientShare,
            AcceptedAt = now,
        };
        // Not tied to the caller's connection: what was begun is committed, whether he waits or not.
        try
        {
            return await commits.Run(tx => Record(tx, client, purchase, refused, now), CancellationToken.None);
        }
        catch (Exception error) when (database.Dialect.Classify(error) == StorageFault.Statement)
        {
            // Somebody else may have committed the same reference in between.
            if (await database.Read(c => PurchaseStore.ByRef(c, client.Id, wanted.ClientRef), cancel) is null) throw;
            throw new RepeatRaced();
        }
    }

    private Accepted Record(Tx tx, Client client, Purchase purchase, string? refused, long now)
    {
        refused ??= Velocity.Refuses(tx, client, purchase, now);
        var progress = new Progress
        {
            Id = purchase.Id,
            Version = 1,
            ChangedAt = now,
            At = refused is not null ? PurchaseState.Refused
                : purchase.IsReserving ? PurchaseState.Reserving : PurchaseState.Received,
            Code = refused,
            FinalAt = refused is null ? null : now,
            ReserveRef = purchase.GivenReserveRef,
        };
        if (memory.ByRef(client.Id, purchase.ClientRef) is { } other) return Repeated(purchase, other);
        // What stands in its way may be its own first call, on another node.
        if (client.RefuseSimilar && PurchaseQueries.InFlight(tx, purchase))
            return First(tx, purchase) ?? Refused("A similar purchase is pending");
        if (purchase.GivenReserveRef is { } reserved && !PurchaseStore.Tie(tx, client.Id, reserved, purchase.Id))
            return First(tx, purchase) ?? Refused("reserveFundsTxnRef: used by another purchase");
        // Thrown, so that what was tied to it is taken back.
        if (!PurchaseStore.Insert(tx, purchase, progress)) throw new RepeatRaced();
        memory.Keep(tx, purchase, progress);
        if (refused is null && purchase.IsReserving)
            jobs.GuardReserve(tx, purchase, catalogue.Source((int)purchase.FundingSourceId!.Value)!);
        else if (refused is null) jobs.StartVend(tx, purchase);
        return new(new Sale(purchase, progress), null, true);
    }

    private static Accepted Refused(string why) => new(null, MarketError.Contradiction(why), false);

    private static Accepted? First(Tx tx, Purchase wanted) =>
        PurchaseStore.ByRef(tx, wanted.ClientId, wanted.ClientRef) is { } first
            ? Repeated(wanted, new(first, PurchaseStore.Progress(tx, first.Id))) : null;

    private static Accepted Repeated(Purchase wanted, Sale first) => wanted.SameAs(first.Purchase)
        ? new(first, null, false)
        : new(null, MarketError.Contradiction("clientTxnRef: used for another purchase"), false);
}

/// <summary>Two calls with one reference came at once, and this one was second: nothing of it stays.</summary>
internal sealed class RepeatRaced() : Exception("The reference was used by another call at the same time.");
