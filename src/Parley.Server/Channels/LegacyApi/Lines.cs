using System.Globalization;
using System.Text;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>The answers of legacy HTTP: lines without a line feed at the end, because clients match up to it (contract channels §7).</summary>
internal static class Lines
{
    private const int LongestNumber = 30;

    public static string Of(LegacyError error) => $"ERR: {error.Number}, {error.Text}";

    /// <summary>One line per number in the order of the request; a single one does not name its number (§7.2).</summary>
    public static string Of(IReadOnlyList<LegacyEntry> entries)
    {
        if (entries.Count == 1) return Line(entries[0]);
        var lines = new StringBuilder();
        foreach (var entry in entries)
        {
            if (lines.Length > 0) lines.Append('\n');
            lines.Append(Line(entry)).Append(" To: ").Append(Plain(entry.To));
        }
        return lines.ToString();
    }

    /// <summary>Credits without needless digits, three after the point at most.</summary>
    public static string Credits(decimal credits) => credits.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Line(LegacyEntry entry) => entry.Error is { } error ? Of(error) : $"ID: {entry.MessageId}";

    /// <summary>What was submitted as a number, without what would make another field or line of it.</summary>
    private static string Plain(string number)
    {
        var plain = number.Trim();
        if (plain.Length > LongestNumber) plain = plain[..LongestNumber];
        return string.Concat(plain.Where(c => c is > ' ' and < '\x7f' and not (':' or ',')));
    }
}
