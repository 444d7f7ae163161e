using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>The adapter to suppliers that speak our own protocol (docs/supplier-protocol.md).</summary>
public sealed class HttpSupplier(PartnerHttp http) : ISupplier
{
    private const string CatchAll = "2201";
    private static readonly TimeSpan QuickWithin = TimeSpan.FromSeconds(20);
    private static readonly string[] Codes = ["2201", "2210", "2213", "2214", "2225", "2226", "2239", "2242"];

    public async Task<SupplierAnswer> Vend(Supplier supplier, VendRequest request, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            reference = request.Reference,
            sku = request.Sku,
            amount = request.Amount,
            currency = request.Currency,
            target = request.Target,
            source = request.Source,
        });
        var answer = await http.Post(
            supplier.Partner, "/vend", body, TimeSpan.FromSeconds(supplier.TimeoutSeconds), cancel);
        return answer.Outcome switch
        {
            CallOutcome.NotSent => new(VendOutcome.NotConnected, "2239"),
            CallOutcome.Uncertain => SupplierAnswer.Unheard,
            // The protocol: what is answered with 429 or another 4xx was looked at and not done.
            _ when answer.Status is 429 => new(VendOutcome.Retryable, "2225"),
            _ when answer.Status is >= 400 and < 500 and not 408 => new(VendOutcome.Declined, "2226"),
            _ => Read(answer),
        };
    }

    public async Task<SupplierAnswer> Status(Supplier supplier, string reference, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { reference });
        return Read(await http.Post(supplier.Partner, "/status", body, QuickWithin, cancel));
    }

    public async Task<AccountAnswer> Validate(
        Supplier supplier, string sku, string target, long amount, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { sku, target, amount });
        var answer = await http.Post(supplier.Partner, "/validate", body, TimeSpan.FromSeconds(15), cancel);
        if (answer.Outcome != CallOutcome.Answered || answer.Status >= 500) return new(AccountOutcome.NoAnswer);
        if (Parse(answer) is not { } said) return new(AccountOutcome.Refused);
        return SupplierJson.Text(said, "status", 40) switch
        {
            "VALID" => new(
                AccountOutcome.Valid, SupplierJson.Text(said, "accountHolderName", 100),
                Whole(said, "outstandingAmount"), Whole(said, "minAmount"), Whole(said, "maxAmount"), Details(said)),
            "NOT_FOUND" => new(AccountOutcome.NotFound),
            _ => new(AccountOutcome.Refused),
        };
    }

    public async Task<long?> Balance(Supplier supplier, string currency, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { currency });
        var answer = await http.Post(supplier.Partner, "/balance", body, QuickWithin, cancel);
        return Parse(answer) is { } said ? Whole(said, "balance") : null;
    }

    /// <summary>What can't be read says nothing: the outcome stays open.</summary>
    internal static SupplierAnswer Read(PartnerAnswer answer)
    {
        if (Parse(answer) is not { } said) return SupplierAnswer.Unheard;
        var code = SupplierJson.Text(said, "code", 10) is { } given && Codes.Contains(given) ? given : CatchAll;
        return SupplierJson.Text(said, "status", 40) switch
        {
            "SUCCESS" => new(
                VendOutcome.Success, "0000", SupplierJson.Text(said, "token", SupplierJson.LongestToken),
                Details(said)),
            "FAILED" => new(VendOutcome.Declined, code),
            "RETRY" => new(VendOutcome.Retryable, code),
            "UNKNOWN" => new(VendOutcome.Unknown, code),
            "PENDING" => new(VendOutcome.Pending),
            _ => SupplierAnswer.Unheard,
        };
    }

    private static JsonElement? Parse(PartnerAnswer answer) => answer.Accepted
        && SupplierJson.Parse(answer.Body) is { ValueKind: JsonValueKind.Object } said ? said : null;

    private static long? Whole(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var whole) && whole is >= 0 and <= 999_999_999_999 ? whole : null;

    private static string Details(JsonElement said)
    {
        if (!said.TryGetProperty("details", out var list) || list.ValueKind != JsonValueKind.Array) return "[]";
        return SupplierJson.Details(list.EnumerateArray().Take(SupplierJson.MostDetails)
            .Where(d => d.ValueKind == JsonValueKind.Object)
            .Select(d => (SupplierJson.Text(d, "name", 100), SupplierJson.Text(d, "value", 200))));
    }
}
