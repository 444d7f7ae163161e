using System.Text;
using System.Text.Unicode;

namespace Parley.Server.Channels.SmsApi;

/// <summary>What <c>charset</c> does (contract channels §3.1).</summary>
internal static class SmsText
{
    /// <summary>
    /// The text and, where the charset asks for it, the encoding on the air; null when the octets are not in the charset.
    /// In JSON and XML the text is Unicode already; UCS2-BE then still asks for UCS-2. Percent-encoded octets are UTF-8,
    /// or Windows-1252 when they are not, whichever of the two was named: clients name one and send the other. They are
    /// UTF-16 only when UCS2-BE is named and they are not plainly UTF-8.
    /// </summary>
    public static (string Text, string? Encoding)? Of(SmsFields fields)
    {
        var ucs2 = fields.Charset.Trim().ToUpperInvariant() is "UCS2-BE" or "UCS-2BE" or "UTF-16BE";
        if (!ucs2) return (fields.Content, null);
        if (fields.RawContent is not { } octets || IsPlainlyUtf8(octets)) return (fields.Content, "ucs2");
        if (octets.Length % 2 != 0) return null;
        var text = Encoding.BigEndianUnicode.GetString(octets);
        return text.Contains('\uFFFD') ? null : (text, "ucs2");
    }

    private static bool IsPlainlyUtf8(ReadOnlySpan<byte> octets) =>
        !Ascii.IsValid(octets) && Utf8.IsValid(octets) && !octets.Contains((byte)0);
}
