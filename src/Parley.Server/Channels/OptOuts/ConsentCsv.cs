using System.Globalization;
using Parley.Platform;

namespace Parley.Server.Channels.OptOuts;

/// <summary>Lists as lines of values between commas (RFC 4180 without line breaks in values), UTF-8.</summary>
internal static class ConsentCsv
{
    /// <summary>Octets of an import.</summary>
    public const int MostOctets = 8 << 20;

    /// <summary>Bad lines that are told.</summary>
    public const int MostProblems = 100;

    private const int LongestLine = 500;

    /// <summary>The values of a line; null when its quotes do not fit or it is too long.</summary>
    public static List<string>? Split(string line)
    {
        if (line.Length > LongestLine) return null;
        var values = new List<string>();
        var at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = at + 1;
                while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
                    end += line[end] == '"' ? 2 : 1;
                if (end >= line.Length || (end + 1 < line.Length && line[end + 1] != ',')) return null;
                values.Add(line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 1;
            }
            else
            {
                var comma = line.IndexOf(',', at);
                var end = comma < 0 ? line.Length : comma;
                values.Add(line[at..end].Trim());
                at = end;
            }
            if (at >= line.Length) return values;
            at++;
        }
    }

    public static string Join(params string[] values) => string.Join(',', values.Select(Quoted));

    /// <summary>A recipient in digits; null when it is no number in international format.</summary>
    public static string? Recipient(string? written)
    {
        var digits = (written ?? "").Trim();
        if (digits.StartsWith('+')) digits = digits[1..];
        return digits.Length is >= 7 and <= 15 && digits[0] != '0' && RecipientSet.Key(digits) > 0 ? digits : null;
    }

    /// <summary>A moment in ISO 8601, UTC unless it says otherwise; null when it is none or lies ahead.</summary>
    public static long? At(string written, long now)
    {
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal;
        if (!DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, styles, out var at)) return null;
        var micros = Micros.FromTime(at);
        return micros >= 0 && micros <= now ? micros : null;
    }

    public static string Iso(long micros) =>
        Micros.ToTime(micros).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static string Quoted(string value) =>
        value.AsSpan().ContainsAny(",\"") || value is [' ', ..] or [.., ' ']
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
