using System.Globalization;

namespace Parley.Smpp;

/// <summary>Absolute and relative times as sixteen characters (SMPP 3.4 §7.1.1).</summary>
public static class SmppTime
{
    /// <summary>Characters of a time that is not empty.</summary>
    public const int Length = 16;

    /// <summary>Reads either form; null when it is neither. <paramref name="now"/> is what a relative time counts from.</summary>
    public static DateTimeOffset? Read(ReadOnlySpan<byte> octets, DateTimeOffset now)
    {
        if (octets.Length != Length) return null;
        Span<int> pairs = stackalloc int[6];
        for (var i = 0; i < 6; i++)
        {
            if (!char.IsAsciiDigit((char)octets[i * 2]) || !char.IsAsciiDigit((char)octets[(i * 2) + 1])) return null;
            pairs[i] = ((octets[i * 2] - '0') * 10) + octets[(i * 2) + 1] - '0';
        }
        if (octets[12..15].ContainsAnyExceptInRange((byte)'0', (byte)'9')) return null;
        var tenths = octets[12] - '0';
        var quarters = ((octets[13] - '0') * 10) + octets[14] - '0';
        if (octets[15] == 'R') return Relative(pairs, now);
        if (octets[15] is not ((byte)'+' or (byte)'-') || quarters > 48) return null;
        if (pairs[1] is < 1 or > 12) return null;
        if (pairs[2] < 1 || pairs[2] > DateTime.DaysInMonth(2000 + pairs[0], pairs[1])) return null;
        if (pairs[3] > 23 || pairs[4] > 59 || pairs[5] > 59) return null;
        var offset = TimeSpan.FromMinutes(15 * quarters * (octets[15] == '+' ? 1 : -1));
        return new DateTimeOffset(
            2000 + pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5], tenths * 100, offset);
    }

    /// <summary>Writes the absolute form in UTC, <c>YYMMDDhhmmss000+</c>, into sixteen octets.</summary>
    public static void WriteAbsolute(DateTimeOffset at, Span<byte> target)
    {
        at.UtcDateTime.TryFormat(target, out _, "yyMMddHHmmss", CultureInfo.InvariantCulture);
        "000+"u8.CopyTo(target[12..]);
    }

    /// <summary>
    /// Writes the relative form, <c>YYMMDDhhmmss000R</c>, into sixteen octets. Up to 31 days are written as days, which every peer reads alike;
    /// beyond, a year has 365 days and a month 30. A negative span is written as none.
    /// </summary>
    public static void WriteRelative(TimeSpan span, Span<byte> target)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        var days = (int)Math.Min(span.TotalDays, (99 * 365) - 1);
        var (years, months, rest) = days <= 31 ? (0, 0, days) : (days / 365, days % 365 / 30, days % 365 % 30);
        Span<int> pairs = [years, months, rest, span.Hours, span.Minutes, span.Seconds];
        for (var i = 0; i < 6; i++)
        {
            target[i * 2] = (byte)('0' + (pairs[i] / 10));
            target[(i * 2) + 1] = (byte)('0' + (pairs[i] % 10));
        }
        "000R"u8.CopyTo(target[12..]);
    }

    private static DateTimeOffset Relative(ReadOnlySpan<int> pairs, DateTimeOffset now) => now
        .AddYears(pairs[0]).AddMonths(pairs[1]).AddDays(pairs[2]).AddHours(pairs[3]).AddMinutes(pairs[4])
            .AddSeconds(pairs[5]);
}
