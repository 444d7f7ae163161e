using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>
/// The adapter to DT One's Digital Value Services API, version 1 (docs/dtone.md). Our reference is its external_id, which
/// it takes once; a transaction is made once and then only asked for.
/// </summary>
public sealed class DtOneSupplier(PartnerHttp http, TimeProvider time) : ISupplier
{
    private static readonly TimeSpan QuickWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ValidWithin = TimeSpan.FromSeconds(15);

    public async Task<SupplierAnswer> Vend(Supplier supplier, VendRequest request, CancellationToken cancel)
    {
        if (DtOneSku.Parse(request.Sku) is not { } sku) return new(VendOutcome.Declined, "2226");
        if (!DtOneBody.Fits(sku, request.Target))
            return new(VendOutcome.Declined, sku.Party == DtOneParty.Mobile ? "2213" : "2210");
        var within = TimeSpan.FromSeconds(supplier.TimeoutSeconds);
        var began = time.GetTimestamp();
        var body = DtOneBody.Of(supplier, sku, request);
        var answer = await http.Post(supplier.Partner, $"/{ModeOf(supplier)}/transactions", body, within, cancel);
        if (answer.Outcome == CallOutcome.NotSent) return new(VendOutcome.NotConnected, "2239");
        if (answer.Outcome == CallOutcome.Uncertain) return SupplierAnswer.Unheard;
        if (Transaction(answer) is not { } made) return DtOneErrors.OfMaking(answer);
        var said = DtOneTransaction.Read(made, request.Reference);
        if (!supplier.TwoSteps || said.IsLost || !DtOneTransaction.IsCreated(made)
            || DtOneTransaction.IdOf(made) is not { } id) return said;
        var left = within - time.GetElapsedTime(began);
        return left <= TimeSpan.Zero ? said : await Confirm(supplier, id, request.Reference, left, cancel);
    }

    public async Task<SupplierAnswer> Status(Supplier supplier, string reference, CancellationToken cancel)
    {
        var answer = await Get(supplier, $"/transactions?external_id={Uri.EscapeDataString(reference)}", cancel);
        if (answer is { Outcome: CallOutcome.Answered, Status: 404 })
            return DtOneErrors.CodeOf(answer) == DtOneErrors.NotFound
                ? new(VendOutcome.Unknown, "2201") : SupplierAnswer.Unheard;
        if (!answer.Accepted || SupplierJson.Parse(answer.Body) is not { ValueKind: JsonValueKind.Array } list)
            return SupplierAnswer.Unheard;
        if (list.GetArrayLength() == 0) return new(VendOutcome.Unknown, "2201");
        // Who ignores the filter has not said that ours is missing.
        var ours = list.EnumerateArray().FirstOrDefault(
            t => SupplierJson.Text(t, "external_id", 64) == reference);
        if (ours.ValueKind == JsonValueKind.Undefined) return SupplierAnswer.Unheard;
        return DtOneTransaction.IsCreated(ours) && (supplier.TwoSteps || IsOverdue(ours))
            && DtOneTransaction.IdOf(ours) is { } id
            ? await Cancel(supplier, id, reference, cancel) : DtOneTransaction.Read(ours, reference);
    }

    public async Task<AccountAnswer> Validate(
        Supplier supplier, string sku, string target, long amount, CancellationToken cancel)
    {
        if (DtOneSku.Parse(sku) is not { } product) return new(AccountOutcome.Refused);
        if (product.Party == DtOneParty.None) return new(AccountOutcome.Valid);
        if (!DtOneBody.Fits(product, target)) return new(AccountOutcome.NotFound);
        var (path, body) = product.Party == DtOneParty.Mobile
            ? ("/lookup/mobile-number", DtOneBody.Lookup(target))
            : ("/lookup/statement-inquiry", DtOneBody.Inquiry(product, target));
        var answer = await http.Post(supplier.Partner, path, body, ValidWithin, cancel);
        if (answer.Outcome != CallOutcome.Answered || answer.Status is 429 or >= 500)
            return new(AccountOutcome.NoAnswer);
        if (!answer.Accepted)
            return new(DtOneErrors.CodeOf(answer) is 1005003 or 1000404
                ? AccountOutcome.NotFound : AccountOutcome.Refused);
        if (SupplierJson.Parse(answer.Body) is not { ValueKind: JsonValueKind.Array } found)
            return new(AccountOutcome.Refused);
        return found.GetArrayLength() == 0 ? new(AccountOutcome.NotFound)
            : new(AccountOutcome.Valid, Outstanding: product.Party == DtOneParty.Account ? Owed(found) : null);
    }

    public async Task<long?> Balance(Supplier supplier, string currency, CancellationToken cancel)
    {
        var answer = await Get(
            supplier, $"/balances?unit_type=CURRENCY&unit={Uri.EscapeDataString(currency)}&per_page=100", cancel);
        if (!answer.Accepted || SupplierJson.Parse(answer.Body) is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var there = list.EnumerateArray().Where(b => SupplierJson.Text(b, "unit", 10) == currency)
            .Select(b => SupplierJson.Minor(SupplierJson.Inner(b, "available"), currency)).ToList();
        return there.Count == 0 || there.Contains(null) ? null : there.Sum();
    }

    private async Task<SupplierAnswer> Confirm(
        Supplier supplier, long id, string reference, TimeSpan within, CancellationToken cancel)
    {
        var path = $"/{ModeOf(supplier)}/transactions/{id}/confirm";
        var answer = await http.Send(supplier.Partner, new(HttpMethod.Post, path), within, cancel);
        // Whatever else it says (confirmed before, too late, cancelled): the transaction itself is asked.
        return Transaction(answer) is { } confirmed
            ? DtOneTransaction.Read(confirmed, reference) : SupplierAnswer.Unheard;
    }

    /// <summary>Made, and nobody will confirm it any more: cancelled, it is certainly never delivered.</summary>
    private async Task<SupplierAnswer> Cancel(
        Supplier supplier, long id, string reference, CancellationToken cancel)
    {
        var answer = await http.Send(
            supplier.Partner, new(HttpMethod.Post, $"/transactions/{id}/cancel"), QuickWithin, cancel);
        return Transaction(answer) is { } cancelled
            ? DtOneTransaction.Read(cancelled, reference) : SupplierAnswer.Unheard;
    }

    private bool IsOverdue(JsonElement transaction) =>
        SupplierJson.Inner(transaction, "confirmation_expiration_date") is { ValueKind: JsonValueKind.String } until
            && until.TryGetDateTimeOffset(out var at) && at < time.GetUtcNow();

    private Task<PartnerAnswer> Get(Supplier supplier, string path, CancellationToken cancel) =>
        http.Send(supplier.Partner, new(HttpMethod.Get, path), QuickWithin, cancel);

    private static JsonElement? Transaction(PartnerAnswer answer) =>
        answer.Accepted && SupplierJson.Parse(answer.Body) is { ValueKind: JsonValueKind.Object } said ? said : null;

    private static string ModeOf(Supplier supplier) => supplier.Synchronous ? "sync" : "async";

    private static long? Owed(JsonElement statements)
    {
        long sum = 0;
        foreach (var statement in SupplierJson.List(statements, 100))
        {
            if (SupplierJson.Inner(statement, "balance") is not { } balance
                || SupplierJson.Text(balance, "unit", 10) is not { } unit
                || SupplierJson.Minor(SupplierJson.Inner(balance, "amount"), unit) is not (>= 0 and long owed))
                return null;
            sum += owed;
        }
        return sum;
    }
}
