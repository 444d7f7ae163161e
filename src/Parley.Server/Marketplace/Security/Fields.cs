using System.Globalization;
using System.Text.Json;
using Parley.Platform;

namespace Parley.Server.Marketplace.Security;

/// <summary>
/// The values of a request, from its body or its query (contract marketplace §2.3): numbers may be quoted, empty is
/// absent, unknown ones are ignored. The first problem is kept; what is read after it does not matter.
/// </summary>
public sealed class Fields
{
    /// <summary>A member that stands twice means one thing to us and another to who checked it before us.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    private Fields()
    {
    }

    /// <summary>What is wrong, beginning with the field's name; null while nothing is.</summary>
    public string? Problem { get; private set; }

    public static Fields OfQuery(IQueryCollection query)
    {
        var fields = new Fields();
        foreach (var (name, values) in query)
            fields._values[name] = values.Count == 1 ? values[0] : null;
        return fields;
    }

    public static Fields OfJson(ReadOnlyMemory<byte> body)
    {
        var fields = new Fields();
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object) fields.Wrong("body", "must be a JSON object");
            else
                foreach (var property in document.RootElement.EnumerateObject())
                    fields.Take(property);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second: a text that is no Unicode.
            fields.Wrong("body", "is not JSON, is nested too deeply, or has a member twice");
        }
        return fields;
    }

    public void Wrong(string name, string problem) => Problem ??= $"{name}: {problem}";

    public bool Has(string name) => _values.TryGetValue(name, out var value) && value is null or { Length: > 0 };

    /// <summary>A text without control characters.</summary>
    public string? Text(string name, int most, bool required = false)
    {
        if (!Has(name))
        {
            if (required) Wrong(name, "required");
            return null;
        }
        if (_values[name] is not { } text) Wrong(name, "must be a single value");
        else if (text.Length > most) Wrong(name, $"longer than {most} characters");
        else if (text.Any(char.IsControl)) Wrong(name, "has control characters");
        else return text;
        return null;
    }

    /// <summary>A text for a person, which may have several lines; it must be there.</summary>
    public string? Message(string name, int most)
    {
        if (!Has(name)) Wrong(name, "required");
        else if (_values[name] is not { } text) Wrong(name, "must be a single value");
        else if (text.Length > most) Wrong(name, $"longer than {most} characters");
        else if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) Wrong(name,
            "has control characters");
        else return text;
        return null;
    }

    /// <summary>Letters and digits (§4.1).</summary>
    public string? Identifier(string name, bool required)
    {
        var text = Text(name, 32, required);
        if (text is null || text.All(char.IsAsciiLetterOrDigit)) return text;
        Wrong(name, "must be letters and digits");
        return null;
    }

    /// <summary>A whole number without sign, point or exponent.</summary>
    public long? Whole(string name, int digits, bool required)
    {
        if (Text(name, 64, required) is not { } text) return null;
        if (text.Length > digits) Wrong(name, $"longer than {digits} digits");
        else if (!text.All(char.IsAsciiDigit)) Wrong(name, "must be a whole number without sign");
        else return long.Parse(text, CultureInfo.InvariantCulture);
        return null;
    }

    public int? Number(string name, int digits, bool required) => (int?)Whole(name, Math.Min(digits, 9), required);

    public bool Flag(string name)
    {
        switch (Text(name, 10)?.ToLowerInvariant())
        {
            case null or "false" or "0": return false;
            case "true" or "1": return true;
            default:
                Wrong(name, "must be true or false");
                return false;
        }
    }

    /// <summary>ISO 8601; microseconds UTC.</summary>
    public long? Time(string name)
    {
        if (Text(name, 32) is not { } text) return null;
        if (text.Contains('T') && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return Micros.FromTime(at);
        Wrong(name, "must be an ISO 8601 date-time");
        return null;
    }

    private void Take(JsonProperty property)
    {
        var value = property.Value;
        if (value.ValueKind == JsonValueKind.Null) _values.Remove(property.Name);
        else
            _values[property.Name] = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
    }
}
