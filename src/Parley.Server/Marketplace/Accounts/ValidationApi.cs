using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace.Accounts;

/// <summary>Customer Account Validation (contract marketplace §5.5). Positive answers are remembered for a minute at most.</summary>
internal sealed class ValidationApi(
    Catalogue catalogue, ISupplier suppliers, SupplierHealth health, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly long Remembered = 60 * Micros.PerSecond;
    private readonly ConcurrentDictionary<(int, string, long), (AccountAnswer Answer, long Until)> _answers = new();

    public async Task<MarketAnswer> Validate(MarketCall call)
    {
        var productId = call.Fields.Number("productId", 12, true);
        var amount = call.Fields.Whole("purchaseAmount", 12, true);
        var target = call.Fields.Identifier("targetIdentifier", true);
        call.Fields.Identifier("sourceIdentifier", false);
        call.Fields.Time("timestamp");
        if (call.Problem is { } problem) return problem;
        var now = time.NowMicros();
        if (catalogue.Product(productId!.Value) is not { } product || !product.IsSold(now)
            || catalogue.Terms(call.Client.Id, product, now) is null) return MarketError.Invalid("productId: unknown");
        var answer = await Ask(product, target!, amount!.Value, now, call.Cancel);
        return answer.Outcome switch
        {
            AccountOutcome.Valid => new(200, Out("0000", "Account valid", call.Client, product, target!, answer)),
            AccountOutcome.NotFound => new(202,
                Out("4010", "Service not found at the biller", call.Client, product, target!, answer)),
            AccountOutcome.Refused => new(202,
                Out("2201", "The biller refused", call.Client, product, target!, answer)),
            _ => new(504, Out("2239", "The biller did not answer in time", call.Client, product, target!, answer)),
        };
    }

    private async Task<AccountAnswer> Ask(Product product, string target, long amount, long now,
        CancellationToken cancel)
    {
        var key = (product.Id, target, amount);
        if (_answers.TryGetValue(key, out var known) && known.Until > now) return known.Answer;
        var route = product.Routes
            .Select(r => (Supplier: catalogue.Supplier(r.SupplierId), r.Sku))
            .Where(r => r.Supplier is { Active: true })
            .OrderBy(r => health.IsOut(r.Supplier!.Id)).FirstOrDefault();
        if (route.Supplier is null) return new(AccountOutcome.NotFound);
        var answer = await suppliers.Validate(route.Supplier, route.Sku, target, amount, cancel);
        if (answer.Outcome != AccountOutcome.Valid) return answer;
        if (_answers.Count > MostRemembered) _answers.Clear();
        _answers[key] = (answer, now + Remembered);
        return answer;
    }

    private object Out(
        string code, string message, Client client, Product product, string target, AccountAnswer answer) => new
        {
            timestamp = Wire.Time(time.NowMicros()),
            responseCode = code,
            responseMessage = message,
            clientId = client.Id,
            productId = product.Id,
            targetIdentifier = target,
            accountHolderName = answer.Holder,
            outstandingAmount = answer.Outstanding,
            minPurchaseAmount = answer.Least,
            maxPurchaseAmount = answer.Most,
            details = JsonNode.Parse(answer.Details),
        };
}
