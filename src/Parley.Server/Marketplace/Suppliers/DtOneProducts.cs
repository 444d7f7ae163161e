using System.Globalization;
using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>Which products of DT One are asked for; null for any.</summary>
public sealed record DtOneFilter(int? Page, string? Country, int? ServiceId, int? OperatorId);

/// <summary>A product that DT One offers, in the words of the provisioning. Amounts in minor units.</summary>
/// <param name="Sku">What a product's supplier has as its sku here.</param>
/// <param name="Name">DT One's name.</param>
/// <param name="Type">DT One's type.</param>
/// <param name="Service">DT One's service and subservice.</param>
/// <param name="Operator">Whose product it is.</param>
/// <param name="OperatorId">DT One's number of the operator.</param>
/// <param name="Country">ISO 3166 alpha-3, or GXX and EXX for more than one.</param>
/// <param name="Currency">What the recipient gets it in.</param>
/// <param name="Min">Null when DT One says none.</param>
/// <param name="Max">The same as <paramref name="Min"/> for a fixed value.</param>
/// <param name="Step">Null for any amount.</param>
/// <param name="TokenBased">It is a code.</param>
/// <param name="Target">What names the recipient: msisdn, account or none.</param>
/// <param name="Wholesale">What it costs, as DT One writes it, with the currency; empty when it depends.</param>
/// <param name="Needs">Fields that DT One wants and that can't be sent from here; empty when it can be sold.</param>
public sealed record DtOneProduct(
    string Sku, string Name, string Type, string Service, string Operator, long? OperatorId, string Country,
    string Currency, long? Min, long? Max, long? Step, bool TokenBased, string Target, string Wholesale,
    IReadOnlyList<string> Needs);

/// <summary>A page of products.</summary>
/// <param name="Products">Up to 100.</param>
/// <param name="NextPage">Null for the last.</param>
/// <param name="Total">Null when DT One doesn't say.</param>
public sealed record DtOnePage(IReadOnlyList<DtOneProduct> Products, int? NextPage, int? Total);

/// <summary>What DT One offers to the account, for whoever maps it to products here.</summary>
public sealed class DtOneProducts(PartnerHttp http)
{
    private const int PerPage = 100;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private static readonly string[] Required =
    [
        "required_debit_party_identifier_fields", "required_sender_fields", "required_beneficiary_fields",
        "required_statement_identifier_fields", "required_additional_identifier_fields",
    ];

    /// <summary>Null when DT One can't be asked.</summary>
    public async Task<DtOnePage?> List(Supplier supplier, DtOneFilter filter, CancellationToken cancel)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture, $"/products?page={Math.Max(filter.Page ?? 1, 1)}&per_page={PerPage}");
        if (filter.Country is { Length: > 0 } country)
            path += $"&country_iso_code={Uri.EscapeDataString(country)}";
        if (filter.ServiceId is { } service) path += string.Create(null, $"&service_id={service}");
        if (filter.OperatorId is { } owner) path += string.Create(null, $"&operator_id={owner}");
        var call = new PartnerCall(HttpMethod.Get, path) { LargestAnswer = 4 << 20 };
        var answer = await http.Send(supplier.Partner, call, Within, cancel);
        if (!answer.Accepted || SupplierJson.Parse(answer.Body) is not { ValueKind: JsonValueKind.Array } list)
            return null;
        return new(
            [.. list.EnumerateArray().Select(Read).OfType<DtOneProduct>()],
            Header(answer, "X-Next-Page"), Header(answer, "X-Total"));
    }

    internal static DtOneProduct? Read(JsonElement product)
    {
        if (SupplierJson.Whole(SupplierJson.Inner(product, "id")) is not (>= 1 and <= int.MaxValue and long id)
            || SupplierJson.Text(product, "type", 60) is not { } type) return null;
        var party = PartyOf(product);
        var ranged = type.StartsWith("RANGED_", StringComparison.Ordinal);
        var side = ranged && !Accepts(product, "DESTINATION_AMOUNT") ? "source" : "destination";
        var range = !ranged ? DtOneRange.Fixed : side == "source" ? DtOneRange.Source : DtOneRange.Destination;
        var value = SupplierJson.Inner(product, side);
        var currency = value is { } sum ? SupplierJson.Text(sum, "unit", 10) ?? "" : "";
        var (min, max, step) = Amounts(value, currency, ranged);
        return new(
            new DtOneSku((int)id, range, party ?? DtOneParty.Account).ToString(), Name(product), type,
            ServiceOf(product), Name(SupplierJson.Inner(product, "operator")),
            SupplierJson.Whole(SupplierJson.Inner(product, "operator", "id")),
            SupplierJson.Inner(product, "operator", "country") is { } where
                ? SupplierJson.Text(where, "iso_code", 3) ?? "" : "",
            currency, min, max, step, type.EndsWith("_PIN_PURCHASE", StringComparison.Ordinal),
            party switch { DtOneParty.Mobile => "msisdn", DtOneParty.None => "none", _ => "account" },
            Wholesale(product), Needs(product, party));
    }

    private static (long? Min, long? Max, long? Step) Amounts(JsonElement? value, string currency, bool ranged)
    {
        if (value is not { } sum) return default;
        if (!ranged) return Both(SupplierJson.Minor(SupplierJson.Inner(sum, "amount"), currency));
        return (SupplierJson.Minor(SupplierJson.Inner(sum, "amount", "min"), currency),
            SupplierJson.Minor(SupplierJson.Inner(sum, "amount", "max"), currency),
            SupplierJson.Minor(SupplierJson.Inner(sum, "amount", "increment"), currency));

        static (long?, long?, long?) Both(long? one) => (one, one, null);
    }

    /// <summary>
    /// The first of the sets of fields that name the recipient; null when each wants more than a number or an account.
    /// </summary>
    private static DtOneParty? PartyOf(JsonElement product)
    {
        if (SupplierJson.Inner(product, "required_credit_party_identifier_fields") is not { } sets)
            return DtOneParty.None;
        var alone = SupplierJson.List(sets, 20)
            .Select(s => SupplierJson.List(s, 20).Select(f => SupplierJson.Text(f, 100)).ToList())
            .Where(s => s.Count == 1).Select(s => s[0]).ToList();
        return alone.Contains("mobile_number") ? DtOneParty.Mobile
            : alone.Contains("account_number") ? DtOneParty.Account
            : SupplierJson.List(sets, 1).Any() ? null : DtOneParty.None;
    }

    private static string[] Needs(JsonElement product, DtOneParty? party) =>
    [
        .. party is null ? ["credit_party_identifier"] : (string[])[],
        .. Required.Where(name => SupplierJson.List(SupplierJson.Inner(product, name), 1).Any())
            .Select(name => name["required_".Length..^"_fields".Length]),
    ];

    private static bool Accepts(JsonElement product, string mode) =>
        SupplierJson.List(SupplierJson.Inner(product, "accepted_calculation_modes"), 10)
            .Any(m => SupplierJson.Text(m, 60) == mode);

    private static string ServiceOf(JsonElement product) =>
        $"{Name(SupplierJson.Inner(product, "service"))} {Name(SupplierJson.Inner(product, "service", "subservice"))}"
            .Trim();

    private static string Wholesale(JsonElement product) =>
        SupplierJson.Inner(product, "prices", "wholesale") is { } price
            && SupplierJson.Inner(price, "amount") is { ValueKind: JsonValueKind.Number } much
            && SupplierJson.Text(price, "unit", 10) is { } unit && much.GetRawText() is { Length: <= 30 } text
            ? $"{text} {unit}" : "";

    private static string Name(JsonElement? named) =>
        named is { } something ? SupplierJson.Text(something, "name", 200) ?? "" : "";

    private static int? Header(PartnerAnswer answer, string name) =>
        answer.Headers?.TryGetValues(name, out var values) == true
            && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
