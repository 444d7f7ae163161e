namespace Parley.Platform;

/// <summary>Time as stored: integer microseconds since 1970-01-01 UTC.</summary>
public static class Micros
{
    /// <summary>Microseconds in a second.</summary>
    public const long PerSecond = 1_000_000;

    /// <summary>Microseconds in a minute.</summary>
    public const long PerMinute = 60 * PerSecond;

    /// <summary>Now, in microseconds UTC.</summary>
    public static long NowMicros(this TimeProvider time) => FromTime(time.GetUtcNow());

    /// <summary>A moment in microseconds UTC.</summary>
    public static long FromTime(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A span in microseconds.</summary>
    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The moment that stored microseconds mean.</summary>
    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
