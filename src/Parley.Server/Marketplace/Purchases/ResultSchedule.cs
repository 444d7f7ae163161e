using Parley.Platform;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>When an outcome that was not acknowledged is told again (contract marketplace §5.11).</summary>
internal static class ResultSchedule
{
    private const int BusinessDays = 7;
    private static readonly long Hour = 60 * Micros.PerMinute;

    private static readonly long[] Waits =
        [30 * Micros.PerSecond, Micros.PerMinute, 5 * Micros.PerMinute, 15 * Micros.PerMinute, Hour, 3 * Hour];

    /// <summary>The wait after so many attempts (1 or more), in microseconds.</summary>
    public static long After(int attempts, bool hourly) =>
        hourly ? Hour : attempts <= Waits.Length ? Waits[attempts - 1] : 6 * Hour;

    /// <summary>Seven business days after the outcome, in microseconds UTC; holidays differ, so only weekends are left out.</summary>
    public static long LastAt(long finalAt)
    {
        var at = Micros.ToTime(finalAt);
        for (var days = 0; days < BusinessDays;)
        {
            at = at.AddDays(1);
            if (at.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) days++;
        }
        return Micros.FromTime(at);
    }
}
