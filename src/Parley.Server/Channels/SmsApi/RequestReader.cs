using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>In which of its forms a request came, and in which the answer goes (contract channels §3.1).</summary>
internal static class RequestReader
{
    public const int LargestBody = 1 << 20;

    private enum Form
    {
        None,
        Json,
        Xml,
        Pairs,
    }

    /// <summary>The fields of a body in any of the forms, or why it can't be read.</summary>
    public static (SmsFields? Fields, SmsError? Error) Read(HttpRequest request, byte[] body) =>
        FormOf(request, body) switch
        {
            Form.Json => JsonFields.Read(body),
            Form.Xml => XmlFields.Read(body),
            Form.Pairs => (OfPairs(FormPairs.Read(body)), null),
            _ => (null, SmsError.ContentType),
        };

    /// <summary>The fields of the query and, behind them, of a form's body.</summary>
    public static (SmsFields? Fields, SmsError? Error) ReadPairs(HttpRequest request, byte[] body)
    {
        if (body.Length > 0 && FormOf(request, []) is Form.Json or Form.Xml) return (null, SmsError.ContentType);
        return (OfPairs([.. FormPairs.Query(request), .. FormPairs.Read(body)]), null);
    }

    /// <summary>True when the answer goes in XML, false for JSON; null when Accept takes neither.</summary>
    public static bool? AnswersInXml(HttpRequest request)
    {
        var asked = FormNamed(request.ContentType) == Form.Xml;
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0) return asked;
        var any = false;
        foreach (var range in accept.Split(','))
        {
            var name = range.Split(';')[0].Trim();
            if (FormNamed(name) is Form.Json or Form.Xml) return FormNamed(name) == Form.Xml;
            any |= name is "*/*" or "application/*" or "text/*" or "*";
        }
        return any ? asked : null;
    }

    /// <summary>Some clients name no type, or the form's for JSON (curl): then the first character tells.</summary>
    private static Form FormOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var named = FormNamed(request.ContentType);
        var unsure = named == Form.Pairs || string.IsNullOrEmpty(request.ContentType)
            || request.ContentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase);
        if (!unsure) return named;
        var start = body.TrimStart("\uFEFF \t\r\n"u8);
        return start.Length == 0 ? named : start[0] switch
        {
            (byte)'{' or (byte)'[' => Form.Json,
            (byte)'<' => Form.Xml,
            _ => named,
        };
    }

    private static Form FormNamed(string? type)
    {
        var name = (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
        if (name is "application/json" or "text/json" || name.EndsWith("+json", StringComparison.Ordinal))
            return Form.Json;
        // XHTML is what browsers and HTTP libraries accept by default, not an XML of ours.
        if (name is "application/xhtml+xml") return Form.None;
        if (name is "application/xml" or "text/xml" || name.EndsWith("+xml", StringComparison.Ordinal)) return Form.Xml;
        return name == "application/x-www-form-urlencoded" ? Form.Pairs : Form.None;
    }

    private static SmsFields OfPairs(IEnumerable<(string Name, byte[] Value)> pairs)
    {
        var fields = new SmsFields();
        foreach (var (name, value) in pairs) fields.Set(name, value);
        return fields;
    }
}
