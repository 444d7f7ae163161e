using System.Text.Json;
using System.Text.Unicode;
using System.Xml;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// What a legacy REST request says (contract channels §6): the fields of its body, JSON or XML, and beneath them those of its
/// query. Names in any case, numbers as strings, unknown fields ignored, empty bodies forgiven.
/// </summary>
internal sealed class RestRequest
{
    private const int Deepest = 16;
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    private List<string> _to = [];

    public IReadOnlyList<string> To => _to;

    /// <summary>The first of the names that was given; null when none was.</summary>
    public string? this[params ReadOnlySpan<string> names]
    {
        get
        {
            foreach (var name in names)
                if (_fields.TryGetValue(name, out var value) && value.Length > 0) return value;
            return null;
        }
    }

    public static (RestRequest? Request, LegacyError? Error) Read(byte[] body, HttpParameters query)
    {
        var request = new RestRequest();
        foreach (var name in query.Names) request._fields[name] = query[name];
        request._to.AddRange(HttpCommands.Numbers(query["to"]));
        var text = body.AsSpan();
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.Trim(" \t\r\n"u8);
        if (text.Length == 0) return (request, null);
        var error = text[0] == '<' ? request.AddXml(text.ToArray()) : request.AddJson(text.ToArray());
        return error is null ? (request, null) : (null, error);
    }

    private LegacyError? AddJson(byte[] body)
    {
        if (!Utf8.IsValid(body)) return LegacyError.Malformed("it is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Deepest });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return LegacyError.Malformed("it is not a JSON object");
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (field.Name.Equals("to", StringComparison.OrdinalIgnoreCase))
                {
                    if (Numbers(field.Value) is not { } numbers)
                        return LegacyError.Malformed("to is not a list of numbers");
                    _to = numbers;
                }
                else if (Text(field.Value) is { } text) _fields[field.Name] = text;
            }
            return null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return LegacyError.Malformed("it is not JSON that can be read");
        }
    }

    /// <summary>Null when it is no single value.</summary>
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.Null => "",
        _ => null,
    };

    private static List<string>? Numbers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return Text(value) is { } list ? [.. HttpCommands.Numbers(list)] : null;
        var numbers = new List<string>(value.GetArrayLength());
        foreach (var number in value.EnumerateArray())
        {
            if (Text(number) is not { } text) return null;
            numbers.Add(text);
        }
        return numbers;
    }

    /// <summary>
    /// The leaves below the root, whatever stands around them; <c>to</c> repeats, or holds one element per number. Document
    /// types are refused, so nothing expands and nothing is fetched.
    /// </summary>
    private LegacyError? AddXml(byte[] body)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = HttpParameters.LargestBody,
        };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), settings);
            var path = new List<string>();
            var numbers = new List<string>();
            while (reader.Read())
            {
                if (reader.Depth > Deepest) return LegacyError.Malformed("it is nested too deeply");
                if (path.Count > reader.Depth) path.RemoveRange(reader.Depth, path.Count - reader.Depth);
                if (reader.NodeType == XmlNodeType.Element) path.Add(reader.LocalName);
                if (reader.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA)) continue;
                if (path.Contains("to", StringComparer.OrdinalIgnoreCase))
                    numbers.AddRange(HttpCommands.Numbers(reader.Value));
                else _fields[path[^1]] = reader.Value;
            }
            if (numbers.Count > 0) _to = numbers;
            return null;
        }
        catch (XmlException)
        {
            return LegacyError.Malformed("it is not XML that can be read");
        }
    }
}
