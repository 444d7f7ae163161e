using System.Buffers;
using System.Text.Json;
using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>What DT One is sent.</summary>
internal static class DtOneBody
{
    private const int LongestAccount = 90;

    /// <summary>False when the recipient can't be named so: nothing need be sent to learn it.</summary>
    public static bool Fits(DtOneSku sku, string target) => sku.Party switch
    {
        DtOneParty.Mobile => Digits(target) is { Length: >= 7 and <= 15 } digits
            && digits.All(char.IsAsciiDigit) && digits[0] != '0',
        DtOneParty.Account => target.Length <= LongestAccount && !string.IsNullOrWhiteSpace(target),
        _ => true,
    };

    /// <summary>A transaction to be made (POST /async/transactions, /sync/transactions).</summary>
    public static byte[] Of(Supplier supplier, DtOneSku sku, VendRequest request) => Written(json =>
    {
        json.WriteString("external_id", request.Reference);
        json.WriteNumber("product_id", sku.ProductId);
        json.WriteBoolean("auto_confirm", !supplier.TwoSteps);
        if (sku.Range != DtOneRange.Fixed)
        {
            var side = sku.Range == DtOneRange.Source ? "source" : "destination";
            json.WriteString("calculation_mode", $"{side.ToUpperInvariant()}_AMOUNT");
            json.WriteStartObject(side);
            json.WriteString("unit_type", "CURRENCY");
            json.WriteString("unit", request.Currency);
            json.WritePropertyName("amount");
            json.WriteRawValue(Currency.Format(request.Amount, request.Currency));
            json.WriteEndObject();
        }
        if (sku.Party != DtOneParty.None)
        {
            json.WriteStartObject("credit_party_identifier");
            if (sku.Party == DtOneParty.Mobile) json.WriteString("mobile_number", "+" + Digits(request.Target));
            else json.WriteString("account_number", request.Target);
            json.WriteEndObject();
        }
        if (!supplier.Synchronous && CallbackOf(supplier) is { } callback) json.WriteString("callback_url", callback);
    });

    public static byte[] Lookup(string target) =>
        Written(json => json.WriteString("mobile_number", "+" + Digits(target)));

    public static byte[] Inquiry(DtOneSku sku, string target) => Written(json =>
    {
        json.WriteNumber("product_id", sku.ProductId);
        json.WriteString("account_number", target);
    });

    /// <summary>Where news of this supplier's transactions are to come; null for nowhere.</summary>
    public static string? CallbackOf(Supplier supplier) => supplier.CallbackUrl.Length == 0 ? null
        : supplier.CallbackUrl + SupplierCallbacks.Path
            .Replace("{supplier}", supplier.Id, StringComparison.Ordinal)
            .Replace("{secret}", supplier.CallbackSecret, StringComparison.Ordinal);

    private static string Digits(string target) => target.StartsWith('+') ? target[1..] : target;

    private static byte[] Written(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
