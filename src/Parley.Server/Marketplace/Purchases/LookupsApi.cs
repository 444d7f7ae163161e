using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Security;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// In-Flight Check, User Transaction, Transaction and Token Lookup (contract marketplace §5.6, §5.7, §5.12, §5.13). What
/// belongs to another client is answered as what is not there.
/// </summary>
internal sealed class LookupsApi(Database database, SecretBox box, Ids ids, TimeProvider time)
{
    private const int HistoryDays = 30, TokenDays = 90, MostListed = 50;

    public async Task<MarketAnswer> InFlight(MarketCall call)
    {
        var like = new Purchase
        {
            ClientId = call.Client.Id,
            Source = call.Fields.Text("sourceIdentifier", 32, required: true) ?? "",
            Target = call.Fields.Text("targetIdentifier", 32, required: true) ?? "",
            ProductId = call.Fields.Whole("productId", 12, true) ?? 0,
            PurchaseAmount = call.Fields.Whole("purchaseAmount", 12, true) ?? 0,
        };
        if (call.Problem is { } problem) return problem;
        var found = await database.Read(c => PurchaseQueries.InFlight(c, like), call.Cancel);
        return MarketAnswer.Ok(new
        {
            hasPendingTransactions = found.Count > 0,
            transactions = found.Select(
                p => new { raasTxnRef = p.Reference, clientTxnRef = p.ClientRef, timestamp = Wire.Time(p.AcceptedAt) }),
        });
    }

    public async Task<MarketAnswer> UserTransactions(MarketCall call)
    {
        var query = Buyer(call, HistoryDays, 10);
        if (call.Problem is { } problem) return problem;
        var narrowed = (string[])["channelId", "productId", "productTypeId", "limit"];
        if (!narrowed.Any(call.Fields.Has)) query = query with { Limit = 1 };
        var found = await database.Read(c => PurchaseQueries.Latest(c, query), call.Cancel);
        return MarketAnswer.Ok(new
        {
            transactions = found.Select(p => new
            {
                raasTxnRef = p.Reference,
                timestamp = Wire.Time(p.AcceptedAt),
                channelId = p.ChannelId,
                productId = p.ProductId,
                productTypeId = p.TypeId,
                shortDescription = p.ProductName,
                purchaseAmount = p.PurchaseAmount,
                targetIdentifier = p.Target,
            }),
        });
    }

    public async Task<MarketAnswer> Tokens(MarketCall call)
    {
        var query = Buyer(call, TokenDays, 5);
        if (call.Problem is { } problem) return problem;
        var found = await database.Read(c => PurchaseQueries.Tokens(c, query), call.Cancel);
        await Audit(found, "token-lookup");
        return MarketAnswer.Ok(new
        {
            tokens = found.Select(sale => new
            {
                token = TokenOf(sale),
                raasTxnRef = sale.Purchase.Reference,
                timestamp = Wire.Time(sale.Purchase.AcceptedAt),
                channelId = sale.Purchase.ChannelId,
                productId = sale.Purchase.ProductId,
                productTypeId = sale.Purchase.TypeId,
                shortDescription = sale.Purchase.ProductName,
                purchaseAmount = sale.Purchase.PurchaseAmount,
                targetIdentifier = sale.Purchase.Target,
                details = JsonNode.Parse(sale.Progress.Details),
            }),
        });
    }

    public async Task<MarketAnswer> Transaction(MarketCall call)
    {
        var reference = call.Fields.Text("raasTxnRef", 64);
        var clientRef = call.Fields.Text("clientTransactionReference", 64) ?? call.Fields.Text("clientTxnRef", 64);
        var reserveRef = call.Fields.Text("reserveFundsTxnRef", 64);
        if (call.Problem is { } problem) return problem;
        if (reference is null && clientRef is null && reserveRef is null)
            return MarketError.Invalid("raasTxnRef, clientTransactionReference or reserveFundsTxnRef: one is required");
        var id = reference is null ? null : Wire.IdOf(reference) ?? "none";
        var since = BuyerQuery.Back(time.NowMicros(), HistoryDays);
        var sale = await database.Read(
            c => PurchaseQueries.Find(c, call.Client.Id, id, clientRef, reserveRef, since), call.Cancel);
        if (sale is null) return MarketError.NotFound;
        await Audit(sale.Progress.Token is null ? [] : [sale], "transaction-lookup");
        return MarketAnswer.Ok(Out(sale));
    }

    private BuyerQuery Buyer(MarketCall call, int days, int listed)
    {
        var limit = call.Fields.Number("limit", 3, false) ?? listed;
        if (limit is < 1 or > MostListed) call.Fields.Wrong("limit", $"must be 1 to {MostListed}");
        return new(
            call.Client.Id, call.Fields.Text("sourceIdentifier", 32, required: true) ?? "",
            call.Fields.Number("channelId", 2, false), call.Fields.Number("productId", 9, false),
            call.Fields.Number("productTypeId", 9, false), BuyerQuery.Back(time.NowMicros(), days), limit);
    }

    private object Out(Sale sale)
    {
        var (p, s) = sale;
        var amounts = p.Amounts;
        return new
        {
            id = p.Id,
            raasTxnRef = p.Reference,
            clientTxnRef = p.ClientRef,
            reserveFundsTxnRef = s.ReserveRef,
            timestamp = Wire.Time(p.AcceptedAt),
            clientId = p.ClientId,
            productId = p.ProductId,
            channelId = p.ChannelId,
            channelName = p.ChannelName,
            channelSessionId = p.SessionId,
            sourceIdentifier = p.Source,
            targetIdentifier = p.Target,
            amount = amounts.Purchase,
            purchaseAmount = amounts.Purchase,
            feeAmount = amounts.Fee,
            reserveAmount = amounts.Reserve,
            vendAmount = amounts.Vend,
            clientShareAmount = amounts.ClientShare,
            settlementAmount = amounts.Settlement,
            reserveFundsResponseCode = s.ReserveCode,
            transactResultResponseCode = s.Told == ResultState.None ? null : s.Code,
            transactionStatus = s.Status,
            token = s.Token is null ? null : TokenOf(sale),
        };
    }

    private string TokenOf(Sale sale) => box.OpenText(sale.Progress.Token!, sale.Purchase.Id);

    private Task Audit(IReadOnlyList<Sale> shown, string api)
    {
        if (shown.Count == 0) return Task.CompletedTask;
        var now = time.NowMicros();
        var views = shown.Select(s => (ids.Next(), s.Purchase)).ToList();
        return database.Transact(tx => PurchaseQueries.Viewed(tx, views, api, now), CancellationToken.None);
    }
}
