using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// The parameters of a legacy HTTP request, from its query and its form, read from their octets: old clients send
/// Windows-1252, break percent-encoding, and spell names in any case (contract channels §7). The form goes before the query,
/// and of a repeated parameter the last counts.
/// </summary>
internal sealed class HttpParameters
{
    public const int LargestBody = 1 << 20;
    private const int Most = 1_000;
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
    private readonly Dictionary<string, Value> _values = new(StringComparer.OrdinalIgnoreCase);

    private readonly record struct Value(ReadOnlyMemory<byte> Octets, bool Encoded);

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Null when there is more than is read.</summary>
    public static async Task<HttpParameters?> Read(HttpRequest request, CancellationToken cancel)
    {
        if (OfQuery(request) is not { } parameters) return null;
        // Some clients send a body with a GET, or JSON beside their query: it says nothing (§7).
        var type = request.ContentType ?? "";
        if (!HttpMethods.IsPost(request.Method)) return parameters;
        if (type.Contains("json", StringComparison.OrdinalIgnoreCase)) return parameters;
        if (await RequestBody.Read(request, LargestBody, cancel) is not { } body) return null;
        var read = type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? await parameters.AddParts(body, type, cancel) : parameters.Add(body);
        return read ? parameters : null;
    }

    /// <summary>Those of the query alone.</summary>
    public static HttpParameters? OfQuery(HttpRequest request)
    {
        var parameters = new HttpParameters();
        var query = Encoding.Latin1.GetBytes(request.QueryString.Value ?? "");
        return parameters.Add(query.AsMemory(query.Length > 0 ? 1 : 0)) ? parameters : null;
    }

    /// <summary>The parameter as text; empty when it was not given.</summary>
    public string this[string name] => Text(name, "");

    public bool Has(string name) => _values.TryGetValue(name, out var value) && value.Octets.Length > 0;

    /// <summary>The text as the client's charset has it: UTF-8, or Windows-1252 where it is none (§7.3).</summary>
    public string Text(string name, string charset)
    {
        if (!_values.TryGetValue(name, out var value)) return "";
        var octets = value.Encoded ? Decode(value.Octets.Span) : value.Octets.ToArray();
        return charset.Trim().ToUpperInvariant() switch
        {
            "ISO-8859-1" or "LATIN1" or "WINDOWS-1252" => Windows1252.GetString(octets),
            "UCS2-BE" or "UCS-2BE" or "UTF-16BE" => Encoding.BigEndianUnicode.GetString(octets),
            _ => Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Windows1252.GetString(octets),
        };
    }

    /// <summary>
    /// What a secret may have been before it stood in the request: scripts escape it, escape all but the plus signs, or put
    /// it there as it is.
    /// </summary>
    public IReadOnlyList<string> Readings(string name)
    {
        if (!_values.TryGetValue(name, out var value)) return [""];
        if (!value.Encoded) return [this[name]];
        var raw = Encoding.Latin1.GetString(value.Octets.Span);
        var plus = Encoding.Latin1.GetBytes(raw.Replace("+", "%2B", StringComparison.Ordinal));
        return [.. new[] { this[name], Encoding.UTF8.GetString(Decode(plus)), raw }.Distinct()];
    }

    /// <summary>Percent-encoded octets; what is no two hexadecimal digits stands for itself, and + is a blank.</summary>
    internal static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var octets = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == '+') octet = (byte)' ';
            if (octet == '%' && IsEscape(text[(i + 1)..]))
            {
                octet = (byte)((Digit(text[i + 1]) << 4) | Digit(text[i + 2]));
                i += 2;
            }
            octets[length++] = octet;
        }
        return octets[..length];
    }

    private static bool IsEscape(ReadOnlySpan<byte> digits) =>
        digits.Length >= 2 && char.IsAsciiHexDigit((char)digits[0]) && char.IsAsciiHexDigit((char)digits[1]);

    private static int Digit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private bool Add(ReadOnlyMemory<byte> pairs)
    {
        while (pairs.Length > 0)
        {
            var end = pairs.Span.IndexOf((byte)'&');
            var pair = end < 0 ? pairs : pairs[..end];
            pairs = end < 0 ? default : pairs[(end + 1)..];
            if (pair.Length == 0) continue;
            var equals = pair.Span.IndexOf((byte)'=');
            var name = Encoding.Latin1.GetString(Decode((equals < 0 ? pair : pair[..equals]).Span)).Trim();
            if (!Set(name, new(equals < 0 ? default : pair[(equals + 1)..], true))) return false;
        }
        return true;
    }

    /// <summary>What curl-based scripts send when they give their fields as a list.</summary>
    private async Task<bool> AddParts(byte[] body, string type, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(type, out var media)) return false;
        var boundary = HeaderUtilities.RemoveQuotes(media.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100) return false;
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body))
            {
                HeadersCountLimit = 16,
                HeadersLengthLimit = 4_096,
            };
            while (await reader.ReadNextSectionAsync(cancel) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)) continue;
                using var octets = new MemoryStream();
                await part.Body.CopyToAsync(octets, cancel);
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (!Set(name, new(octets.ToArray(), false))) return false;
            }
            return true;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private bool Set(string name, Value value)
    {
        if (_values.Count >= Most || name.Length > 100) return false;
        _values[name] = value;
        return true;
    }
}
