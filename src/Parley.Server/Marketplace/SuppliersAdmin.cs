using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace;

/// <summary><c>/admin/v1/marketplace/suppliers</c>: how they are doing, who is left alone, what lies there, what they offer.</summary>
internal static class SuppliersAdmin
{
    public static void MapSuppliers(this RouteGroupBuilder market)
    {
        market.MapGet("/suppliers", async (
            Catalogue catalogue, SupplierHealth health, Database database, CancellationToken cancel) =>
        {
            List<object> shown = [];
            foreach (var supplier in catalogue.Suppliers) shown.Add(await Show(supplier, health, database, cancel));
            return new { suppliers = shown };
        }).WithSummary("Suppliers: whether they are in the routing, and how their vends go.");
        market.MapPost("/suppliers/{id}/quarantine", (
            Catalogue catalogue, SupplierHealth health, Database database, string id, Intervention intervention,
            CancellationToken cancel) =>
            Change(catalogue, health, database, id, intervention, (tx, supplier, by) =>
                health.PutOut(tx, supplier, by, intervention.Reason is { Length: > 0 } why ? why : "by hand"), cancel))
            .WithSummary("Takes a supplier out of the routing until somebody lifts it.");
        market.MapPost("/suppliers/{id}/lift", (
            Catalogue catalogue, SupplierHealth health, Database database, string id, Intervention intervention,
            CancellationToken cancel) =>
            Change(catalogue, health, database, id, intervention, health.Lift, cancel))
            .WithSummary("Lets a supplier into the routing again.");
        market.MapGet("/suppliers/{id}/balance", async (
            Catalogue catalogue, ISupplier suppliers, Books books, string id, string currency,
            CancellationToken cancel) =>
        {
            if (catalogue.Supplier(id) is not { } supplier) return NotFound();
            var there = await suppliers.Balance(supplier, currency, cancel);
            var ours = await books.Find(SaleBooks.SupplierAccount(id, currency), cancel);
            return Results.Ok(new
            {
                id,
                currency,
                balance = there,
                ourFloat = ours?.Posted,
                difference = there - ours?.Posted,
            });
        }).WithSummary("What the supplier says that lies there, beside our books.");
        market.MapGet("/suppliers/{id}/products", async (
            Catalogue catalogue, DtOneProducts products, string id, int? page, string? country, int? serviceId,
            int? operatorId, CancellationToken cancel) =>
            catalogue.Supplier(id) is not { } supplier ? NotFound()
                : supplier.Protocol != SupplierProtocol.DtOne
                ? Results.Json(new { error = "its protocol has no list of products" }, statusCode: 409)
                : await products.List(supplier, new(page, country, serviceId, operatorId), cancel) is { } found
                ? Results.Ok(found) : Results.Json(new { error = "the supplier did not answer" }, statusCode: 502))
            .WithSummary("What a supplier offers, with the sku that a product here names.");
    }

    private static async Task<object> Show(
        Supplier supplier, SupplierHealth health, Database database, CancellationToken cancel)
    {
        var (now, window) = await health.Show(database, supplier, cancel);
        return new
        {
            id = supplier.Id,
            protocol = supplier.Protocol.ToString(),
            active = supplier.Active,
            floatLimit = supplier.FloatLimit,
            quarantined = now.IsOut,
            since = Time(now.Since),
            until = Time(now.Until),
            reason = now.IsOut ? now.Reason : null,
            probe = now.Probe,
            inARow = now.Times,
            changedBy = now.ChangedBy,
            unanswered = now.Strikes,
            windowMinutes = supplier.Quarantine.WindowMinutes,
            good = window.Good,
            failed = window.Bad,
        };
    }

    private static async Task<IResult> Change(
        Catalogue catalogue, SupplierHealth health, Database database, string id, Intervention intervention,
        Action<Tx, Supplier, string> change, CancellationToken cancel)
    {
        if (catalogue.Supplier(id) is not { } supplier) return NotFound();
        if (intervention.By is not { Length: > 0 and <= 100 } by || intervention.Reason is { Length: > 300 })
            return Results.Json(
                new { error = "by (who decides, 1 to 100 characters) is needed", code = DecidePurchase.Malformed },
                statusCode: 409);
        await database.Transact(tx => change(tx, supplier, by), cancel);
        return Results.Ok(await Show(supplier, health, database, cancel));
    }

    private static string? Time(long? micros) => micros is { } at ? Wire.Time(at) : null;

    private static IResult NotFound() =>
        Results.Json(new { error = "there is no such supplier" }, statusCode: StatusCodes.Status404NotFound);
}

/// <summary>Somebody puts a supplier out or lets it in.</summary>
internal sealed record Intervention(string? By, string? Reason);
