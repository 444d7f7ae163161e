using Parley.Platform;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Numbers;

/// <summary>
/// When quiet hours end. In several zones a message waits until it is quiet in none of them; where there is no such moment
/// within two days (their nights cover the whole day), the first zone's clock is the one that counts.
/// </summary>
internal static class QuietClock
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    /// <summary>The first moment at or after <paramref name="at"/> that is not quiet; null when that is the moment itself.</summary>
    /// <param name="quiet">The hours, by the zones' clocks.</param>
    /// <param name="zones">At least one.</param>
    /// <param name="at">Microseconds UTC.</param>
    public static long? NotBefore(QuietHours quiet, IReadOnlyList<TimeZoneInfo> zones, long at)
    {
        var asked = Micros.ToTime(at);
        var free = FirstFree(quiet, zones, asked) ?? FirstFree(quiet, [zones[0]], asked) ?? asked;
        return free > asked ? Micros.FromTime(free) : null;
    }

    private static DateTimeOffset? FirstFree(
        QuietHours quiet, IReadOnlyList<TimeZoneInfo> zones, DateTimeOffset asked)
    {
        var (at, calm) = (asked, 0);
        for (var i = 0; calm < zones.Count; i = (i + 1) % zones.Count)
        {
            if (EndOf(quiet, zones[i], at) is not { } end)
            {
                calm++;
                continue;
            }
            if (end - asked > Patience) return null;
            (at, calm) = (end, 0);
        }
        return at;
    }

    /// <summary>When the quiet hours end that the moment lies in; null when it lies in none.</summary>
    private static DateTimeOffset? EndOf(QuietHours quiet, TimeZoneInfo zone, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var minute = (local.Hour * 60) + local.Minute;
        var overMidnight = quiet.FromMinute > quiet.ToMinute;
        var inside = overMidnight
            ? minute >= quiet.FromMinute || minute < quiet.ToMinute
            : minute >= quiet.FromMinute && minute < quiet.ToMinute;
        if (!inside) return null;
        var day = overMidnight && minute >= quiet.FromMinute ? local.Date.AddDays(1) : local.Date;
        var end = Moment(day.AddMinutes(quiet.ToMinute), zone);
        // Clocks that went back within the hours: the end that lies ahead counts.
        return end > at ? end : at.AddMinutes(1);
    }

    /// <summary>
    /// The moment at which a clock shows a time: of two (clocks go back) the later one, of none (clocks go forward) the one at
    /// which it shows that much after the gap.
    /// </summary>
    private static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local)) return new(local, zone.GetUtcOffset(local.AddHours(-3)));
        if (!zone.IsAmbiguousTime(local)) return new(local, zone.GetUtcOffset(local));
        return new(local, zone.GetAmbiguousTimeOffsets(local).Min());
    }
}
