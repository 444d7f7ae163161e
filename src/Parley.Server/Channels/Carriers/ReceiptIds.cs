using System.Globalization;
using System.Numerics;

namespace Parley.Server.Channels.Carriers;

/// <summary>
/// Brings the message ids of submit responses and receipts to one form: lower case without leading zeros, hexadecimal where a carrier mixes the two.
/// </summary>
internal static class ReceiptIds
{
    public static string OfResponse(string id, ReceiptIdFormat format) => format == ReceiptIdFormat.HexOfDecimal ? DecimalToHex(id) ?? Trim(id) : Trim(id);

    /// <summary>The id to look for, and others to try where the format is found out by trying.</summary>
    public static (string Id, string[] Others) OfReceipt(string id, ReceiptIdFormat format)
    {
        var given = Trim(id);
        switch (format)
        {
            case ReceiptIdFormat.DecimalOfHex:
                return (DecimalToHex(id) ?? given, []);
            case ReceiptIdFormat.Auto:
                var others = new List<string>(2);
                if (DecimalToHex(id) is { } hex && hex != given) others.Add(hex);
                if (HexToDecimal(id) is { } number && number != given) others.Add(number);
                return (given, [.. others]);
            default:
                return (given, []);
        }
    }

    private static string Trim(string id)
    {
        var trimmed = id.Trim().TrimStart('0').ToLowerInvariant();
        return trimmed.Length > 0 ? trimmed : "0";
    }

    private static string? DecimalToHex(string id) =>
        id.Length <= 40 && BigInteger.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Trim(number.ToString("x", CultureInfo.InvariantCulture))
            : null;

    private static string? HexToDecimal(string id) =>
        id.Length <= 32 && BigInteger.TryParse("0" + id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;
}
