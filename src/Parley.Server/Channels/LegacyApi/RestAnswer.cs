using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// An answer of legacy REST (contract channels §6) with its HTTP status: compact JSON, or the same as XML below
/// <c>response</c>.
/// </summary>
internal sealed record RestAnswer(int Http, JsonObject Body)
{
    private static readonly JsonSerializerOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Why the request was refused whole; null when it was not.</summary>
    public LegacyError? Error { get; private init; }

    public static RestAnswer Of(JsonObject data) => new(StatusCodes.Status200OK, new() { ["data"] = data });

    /// <summary>The whole request refused.</summary>
    public static RestAnswer Of(LegacyError error, string documentation) =>
        new(HttpOf(error), new() { ["error"] = ErrorOf(error, documentation) }) { Error = error };

    /// <summary>202 as soon as one number was accepted: anything else is a failure to clients; 402 when nothing but credit lacks.</summary>
    public static RestAnswer Of(IReadOnlyList<LegacyEntry> entries, string documentation)
    {
        var http = entries.Any(e => e.Error is null) ? StatusCodes.Status202Accepted
            : entries.All(e => e.Error!.Code == 301) ? StatusCodes.Status402PaymentRequired
            : StatusCodes.Status400BadRequest;
        var messages = new JsonArray([.. entries.Select(e => Entry(e, documentation))]);
        return new(http, new() { ["data"] = new JsonObject { ["message"] = messages } });
    }

    public byte[] ToJson() => Encoding.UTF8.GetBytes(Body.ToJsonString(Compact));

    public byte[] ToXml()
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            Write(xml, "response", Body);
        }
        return stream.ToArray();
    }

    // In this order: a client cuts the text of an entry from the id up to the next brace (§6).
    private static JsonObject Entry(LegacyEntry entry, string documentation)
    {
        var written = new JsonObject { ["accepted"] = entry.Error is null, ["to"] = entry.To };
        // Left out on success: there are clients that take the key itself for a failure.
        if (entry.Error is { } error) written["error"] = ErrorOf(error, documentation);
        written["apiMessageId"] = entry.MessageId;
        return written;
    }

    private static JsonObject ErrorOf(LegacyError error, string documentation) => new()
    {
        ["code"] = error.Number,
        ["description"] = error.Text,
        ["documentation"] = documentation,
    };

    private static int HttpOf(LegacyError error) => error.Code switch
    {
        1 or 3 or 4 or 5 or 7 => StatusCodes.Status401Unauthorized,
        103 or 104 or 161 => StatusCodes.Status404NotFound,
        130 => StatusCodes.Status429TooManyRequests,
        160 => StatusCodes.Status405MethodNotAllowed,
        166 => StatusCodes.Status406NotAcceptable,
        901 => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static void Write(XmlWriter xml, string name, JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Write(xml, name, item);
            return;
        }
        xml.WriteStartElement(name);
        if (node is JsonObject fields)
            foreach (var (field, value) in fields) Write(xml, field, value);
        else if (node is not null)
            xml.WriteString(string.Concat(node.ToString().Select(c => XmlConvert.IsXmlChar(c) ? c : '?')));
        xml.WriteEndElement();
    }
}
