using System.Text;

namespace Parley.Server.Web;

/// <summary>
/// Reads <c>name=value&amp;name=value</c>, of a query or a form's body, as clients really write it (contract channels §1.1,
/// §3.2): a value goes up to the next <c>&amp;</c>, raw <c>=</c> included; <c>+</c> is a blank; a broken percent-encoding
/// stands for itself. Values are octets, because which charset they are in is said elsewhere.
/// </summary>
public static class FormPairs
{
    /// <summary>What clients send that do not send UTF-8.</summary>
    public static Encoding Windows1252 { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>All pairs in their order; names in UTF-8, and a pair without <c>=</c> has an empty value.</summary>
    public static IEnumerable<(string Name, byte[] Value)> Read(byte[] encoded)
    {
        for (var at = 0; at < encoded.Length;)
        {
            var end = Array.IndexOf(encoded, (byte)'&', at);
            if (end < 0) end = encoded.Length;
            var equals = Array.IndexOf(encoded, (byte)'=', at, end - at);
            var name = Decode(encoded.AsSpan(at, (equals < 0 ? end : equals) - at));
            var value = equals < 0 ? [] : Decode(encoded.AsSpan(equals + 1, end - equals - 1));
            if (name.Length > 0) yield return (Encoding.UTF8.GetString(name), value);
            at = end + 1;
        }
    }

    /// <summary>The pairs of a request's query.</summary>
    public static IEnumerable<(string Name, byte[] Value)> Query(HttpRequest request)
    {
        var text = request.QueryString.Value ?? "";
        return Read(Encoding.UTF8.GetBytes(text.StartsWith('?') ? text[1..] : text));
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var octets = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var octet = encoded[i];
            if (octet == '+') octet = (byte)' ';
            else if (octet == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1])
                && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                octet = (byte)((Digit(encoded[i + 1]) << 4) | Digit(encoded[i + 2]));
                i += 2;
            }
            octets[length++] = octet;
        }
        return octets[..length];
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
