using Parley.Platform;

namespace Parley.Server.Webhooks;

/// <summary>
/// When a callback is tried again (contract channels §2.11): after 2, 4, 8, 16, 32, 64, 128 minutes and 3 days for a
/// status, after 2, 4, 8, 16 and 25 minutes for an inbound message, each counted from the attempt before. Then it is
/// dead.
/// </summary>
internal sealed class RetrySchedule
{
    /// <summary>
    /// Past the last attempt's time, so that a late start or a slow answer does not take that attempt away.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    public static readonly RetrySchedule Status = new([2, 4, 8, 16, 32, 64, 128, 3 * 24 * 60]);
    public static readonly RetrySchedule Inbound = new([2, 4, 8, 16, 25]);

    private static readonly TimeSpan LongestJitter = TimeSpan.FromSeconds(10);
    private readonly long[] _waits;

    private RetrySchedule(int[] minutes)
    {
        _waits = [.. minutes.Select(m => m * Micros.PerMinute)];
        Life = TimeSpan.FromMinutes(minutes.Sum()) + Slack;
    }

    /// <summary>From the event to its dead-lettering, at the latest.</summary>
    public TimeSpan Life { get; }

    public static RetrySchedule Of(CallbackKind kind) => kind == CallbackKind.Status ? Status : Inbound;

    /// <summary>
    /// When the next attempt is due after <paramref name="tries"/> failed ones (1 or more); null when that was the
    /// last.
    /// </summary>
    public long? Next(int tries, long now, Random random)
    {
        if (tries > _waits.Length) return null;
        var wait = _waits[tries - 1];
        // Spread what failed together; never so much that the last attempt would fall behind the deadline.
        var jitter = Math.Min(wait / 20, Micros.From(LongestJitter));
        return now + wait + random.NextInt64(0, jitter + 1);
    }
}
