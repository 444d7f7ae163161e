using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Terms;

namespace Parley.Server.Marketplace;

/// <summary>What the catalogue says: Product Lookup and Financial Terms Lookup (contract marketplace §5.2, §5.3).</summary>
internal sealed class CatalogueApi(Catalogue catalogue, TimeProvider time)
{
    public Task<MarketAnswer> Products(MarketCall call) => Task.FromResult(Find(call));

    public Task<MarketAnswer> Terms(MarketCall call) => Task.FromResult(Quoted(call));

    private MarketAnswer Find(MarketCall call)
    {
        var productId = call.Fields.Number("productId", 12, false);
        var typeId = call.Fields.Number("productTypeId", 9, false);
        var channelId = call.Fields.Number("channelId", 3, false);
        var vendorId = call.Fields.Number("vendorId", 9, false);
        var inactive = call.Fields.Flag("includeInactive");
        if (call.Problem is { } problem) return problem;
        if (productId is { } one && catalogue.Product(one) is null) return MarketError.Invalid("productId: unknown");
        // The contract does answer an unknown type with 500.
        if (typeId is { } type && catalogue.Type(type) is null)
            return new MarketError(500, "0001", "productTypeId: unknown");
        var now = time.NowMicros();
        var found = catalogue.Products
            .Where(p => (productId ?? p.Id) == p.Id && (typeId ?? p.TypeId) == p.TypeId
                && (vendorId ?? p.VendorId) == p.VendorId)
            .Where(p => inactive || p.IsSold(now))
            .Where(p => channelId is not { } channel || (p.IsSoldOn(channel) && SellsOn(call.Client, channel)))
            .Where(p => catalogue.Terms(call.Client.Id, p, now) is not null)
            .Select(p => new { publicProduct = Out(p, call.Client, now) }).ToList();
        return found.Count == 0 ? new(204, null) : MarketAnswer.Ok(found);
    }

    private MarketAnswer Quoted(MarketCall call)
    {
        var productId = call.Fields.Number("productId", 9, true);
        var amount = call.Fields.Whole("purchaseAmount", 12, true);
        if (call.Problem is { } problem) return problem;
        var now = time.NowMicros();
        if (catalogue.Product(productId!.Value) is not { } product || !product.IsSold(now)
            || catalogue.Terms(call.Client.Id, product, now) is not { } terms) return MarketError.Invalid(
                "productId: unknown");
        var quote = Quote.Of(terms, amount!.Value);
        return MarketAnswer.Ok(new
        {
            timestamp = Wire.Time(now),
            clientId = call.Client.Id,
            productId = product.Id,
            currencyCode = product.Currency,
            purchaseAmount = quote.Purchase,
            feeAmount = quote.Fee,
            reserveAmount = quote.Reserve,
            vendAmount = quote.Vend,
            clientShareAmount = quote.ClientShare,
            settlementAmount = quote.Settlement,
        });
    }

    private static bool SellsOn(Client client, int channel) =>
        client.Channels.Count == 0 || client.Channels.Contains(channel);

    private object Out(Product p, Client client, long now) => new
    {
        id = p.Id,
        productTypeId = p.TypeId,
        productTypeName = catalogue.Type(p.TypeId)?.Name,
        description = p.Description,
        shortDescription = p.ShortDescription,
        active = p.IsSold(now),
        vendorId = p.VendorId,
        vendorName = catalogue.Vendor(p.VendorId)?.Name,
        countryCode = p.Country,
        currencyCode = p.Currency,
        channelIds = Wire.Channels.Where(c => p.IsSoldOn(c) && SellsOn(client, c)),
        minPurchaseAmount = p.Least,
        maxPurchaseAmount = p.Most,
        purchaseAmountStep = p.Increment,
        targetIdentifierType = p.Target.ToString().ToUpperInvariant(),
        tokenBased = p.TokenBased,
        details = Array.Empty<object>(),
    };
}
