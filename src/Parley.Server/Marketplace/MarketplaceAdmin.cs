using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Operators;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Settlement;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace;

/// <summary><c>/admin/v1/marketplace</c>: purchases, what a person has to decide, floats. Tokens are never shown here.</summary>
public static class MarketplaceAdmin
{
    public static void MapMarketplace(this RouteGroupBuilder admin)
    {
        var market = admin.MapGroup("/marketplace");
        market.MapSettlement();
        market.MapReconciliation();
        market.MapGet("/purchases", async (Database database, long? clientId, int? limit, CancellationToken cancel) =>
            new
            {
                purchases = (await database.Read(
                c => PurchaseQueries.Newest(c, clientId, Math.Clamp(limit ?? 50, 1, 200)), cancel)).Select(Out),
            }).WithSummary("The newest purchases.");
        market.MapGet("/purchases/{id}", async (Database database, string id, CancellationToken cancel) =>
            await database.Read(c => PurchaseStore.ById(c, Wire.IdOf(id) ?? id), cancel) is { } sale
                ? Results.Ok(Out(sale)) : NotFound("purchase"))
                    .WithSummary("One purchase, by our reference or its id.");
        market.MapPost("/purchases/{id}/result", async (DecidePurchase decide, string id, CancellationToken cancel) =>
            await decide.Resend(Wire.IdOf(id) ?? id, cancel) ? Results.Accepted()
                : NotFound("purchase whose outcome was told"))
            .WithSummary("Tells the outcome again.");
        market.MapGet("/token-views", async (
            Database database, string? purchase, int? limit, CancellationToken cancel) =>
            new
            {
                views = (await database.Read(
                    c => PurchaseQueries.Views(
                        c, purchase is null ? null : Wire.IdOf(purchase) ?? purchase, Math.Clamp(limit ?? 50, 1, 200)),
                    cancel)).Select(Out),
            }).WithSummary("Who was shown tokens, of one purchase or of all; never the tokens themselves.");
        market.MapGet("/exceptions", async (Database database, bool? all, CancellationToken cancel) => new
        {
            exceptions = (await database.Read(c => MarketExceptions.List(c, all ?? false, 200), cancel)).Select(Out),
        }).WithSummary("What waits for a person: open vends, undelivered outcomes, discrepancies.");
        market.MapPost("/exceptions/{id}/resolve",
            async (DecidePurchase decide, string id, Decision decision, CancellationToken cancel) =>
                Answer(await decide.Resolve(id, decision, cancel))).WithSummary("Decides: sold, not-sold or noted.");
        market.MapPost("/suppliers/{id}/float",
            async (DecidePurchase decide, string id, FloatDeposit deposit, CancellationToken cancel) =>
                Answer(await decide.Deposit(id, deposit, cancel)))
                    .WithSummary("Books money that was sent to a supplier.");
        market.MapSuppliers();
        market.MapOperators();
    }

    private static object Out(Sale sale) => new
    {
        id = sale.Purchase.Id,
        raasTxnRef = sale.Purchase.Reference,
        clientId = sale.Purchase.ClientId,
        clientTxnRef = sale.Purchase.ClientRef,
        productId = sale.Purchase.ProductId,
        currency = sale.Purchase.Currency,
        purchaseAmount = sale.Purchase.PurchaseAmount,
        acceptedAt = Wire.Time(sale.Purchase.AcceptedAt),
        state = sale.Progress.At.ToString(),
        code = sale.Progress.Code,
        supplierId = sale.Progress.SupplierId,
        attempt = sale.Progress.Attempt,
        asked = sale.Progress.Asked,
        result = sale.Progress.Told.ToString(),
        resultAttempts = sale.Progress.ResultAttempts,
        changedAt = Wire.Time(sale.Progress.ChangedAt),
    };

    private static object Out(TokenView view) => new
    {
        at = Wire.Time(view.At),
        raasTxnRef = Wire.Reference(view.PurchaseId),
        clientId = view.ClientId,
        api = view.Api,
    };

    private static object Out(MarketException e) => new
    {
        id = e.Id,
        // A line of a statement that matches none of our purchases has no reference of ours.
        raasTxnRef = Ids.IsId(e.PurchaseId) ? Wire.Reference(e.PurchaseId) : null,
        subject = e.PurchaseId,
        kind = e.Kind,
        at = Wire.Time(e.At),
        detail = e.Detail,
        resolvedAt = e.ResolvedAt is { } at ? Wire.Time(at) : null,
        resolution = e.Resolution,
        resolvedBy = e.ResolvedBy,
    };

    private static IResult Answer(Result<string> result) => result.Ok
        ? Results.Ok(new { outcome = result.Value })
        : Results.Json(
            new { error = result.Refusal.Reason, code = result.Refusal.Code },
            statusCode: result.Refusal.Code == DecidePurchase.Unknown ? 404 : 409);

    private static IResult NotFound(string what) =>
        Results.Json(new { error = $"there is no such {what}" }, statusCode: StatusCodes.Status404NotFound);
}
