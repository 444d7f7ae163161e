using System.Globalization;
using Parley.Platform;

namespace Parley.Server.Web;

/// <summary>
/// How the doors read single values that clients write in many ways (contract channels §1.1, §10): numbers as strings, zero
/// and empty as unset, offsets with and without colon. False means that the value can't be read.
/// </summary>
public static class Lenient
{
    private const int LongestHex = 20_000;

    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
    ];

    /// <summary>Charsets that are read; the text itself is in memory already, so they all mean the same.</summary>
    public static bool CharsetKnown(string? charset) => string.IsNullOrEmpty(charset)
        || charset.Trim().ToUpperInvariant() is "UTF-8" or "UTF8" or "ASCII" or "US-ASCII" or "ISO-8859-1" or "LATIN1"
            or "WINDOWS-1252" or "UCS2-BE" or "UCS-2BE" or "UTF-16BE";

    /// <summary>Zero is unset, as clients that always send every field have it (§10.8).</summary>
    public static bool TryNumber(string? text, out int? number)
    {
        number = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)) return false;
        number = parsed == 0 ? null : parsed;
        return true;
    }

    public static bool TryFlag(string? text, out bool flag)
    {
        flag = text is "true" or "1" or "True" or "TRUE";
        return flag || string.IsNullOrEmpty(text) || text is "false" or "0" or "False" or "FALSE";
    }

    /// <summary>Octets in hexadecimal, at most 10,000.</summary>
    public static bool TryHex(string? text, out byte[]? octets)
    {
        octets = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Length % 2 != 0 || text.Length > LongestHex || !text.All(char.IsAsciiHexDigit)) return false;
        octets = Convert.FromHexString(text);
        return true;
    }

    /// <summary>Date, time and offset (+0200, +02:00 or Z); microseconds UTC.</summary>
    public static bool TryTime(string? text, out long? at)
    {
        at = null;
        if (string.IsNullOrEmpty(text)) return true;
        // The documented offset has no colon (+0200), which the framework does not read.
        if (text.Length > 5 && text[^5] is '+' or '-' && text[^4..].All(char.IsAsciiDigit))
            text = $"{text[..^2]}:{text[^2..]}";
        if (!DateTimeOffset.TryParseExact(
            text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)) return false;
        at = Micros.FromTime(parsed);
        return true;
    }
}
