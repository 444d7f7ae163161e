using System.Text.Json;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>Reads what suppliers answer: nothing of it is trusted to be what it should be.</summary>
internal static class SupplierJson
{
    public const int LongestToken = 1_000;
    public const int MostDetails = 20;
    private const int LongestDetails = 4_000;
    private const long MostMoney = 999_999_999_999_999;

    /// <summary>Null when it is no JSON.</summary>
    public static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A text of visible characters; null for none, or one that is empty or too long.</summary>
    public static string? Text(JsonElement said, string name, int most) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var value) ? Text(value, most) : null;

    /// <summary>The same of a value.</summary>
    public static string? Text(JsonElement value, int most)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
                && text.Length <= most && !text.Any(char.IsControl) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A text that is no Unicode.
            return null;
        }
    }

    /// <summary>What lies at the end of a path of names; null when there is nothing.</summary>
    public static JsonElement? Inner(JsonElement said, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (said.ValueKind != JsonValueKind.Object || !said.TryGetProperty(name, out said)) return null;
        return said.ValueKind == JsonValueKind.Null ? null : said;
    }

    public static IEnumerable<JsonElement> List(JsonElement? list, int most) =>
        list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().Take(most) : [];

    public static long? Whole(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

    /// <summary>Major units as minor ones, rounded down; null when it is no amount of that currency.</summary>
    public static long? Minor(JsonElement? value, string currency)
    {
        if (value is not { ValueKind: JsonValueKind.Number } number || !number.TryGetDecimal(out var major)
            || Currency.Digits(currency) is not { } digits || Math.Abs(major) > MostMoney) return null;
        for (var i = 0; i < digits; i++) major *= 10;
        return (long)decimal.Floor(major);
    }

    /// <summary>Details as they are kept: a JSON array of name and value, empty when there is too much.</summary>
    public static string Details(IEnumerable<(string? Name, string? Value)> details)
    {
        var text = JsonSerializer.Serialize(details.Where(d => d.Name is not null && d.Value is not null)
            .Take(MostDetails).Select(d => new { name = d.Name, value = d.Value }));
        return text.Length <= LongestDetails ? text : "[]";
    }
}
