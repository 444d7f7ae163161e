using System.Collections.Concurrent;

namespace Parley.Server.Marketplace.Security;

/// <summary>Counts calls of clients: so many in a span, refilled evenly.</summary>
internal sealed class RateBuckets(TimeProvider time)
{
    private const int MostBuckets = 100_000;
    private readonly ConcurrentDictionary<(string What, string Whose), Bucket> _buckets = new();

    /// <summary>
    /// Takes one call out and answers 0; when there is none left, the whole seconds after which there is one again. A limit of 0 is
    /// none.
    /// </summary>
    public int Take(string what, string whose, int most, TimeSpan span)
    {
        if (most <= 0) return 0;
        if (_buckets.Count > MostBuckets) _buckets.Clear();
        return _buckets.GetOrAdd((what, whose), _ => new Bucket(most, time.GetTimestamp())).Take(most, span, time);
    }

    private sealed class Bucket(int full, long at)
    {
        private readonly Lock _lock = new();
        private double _left = full;
        private long _at = at;

        public int Take(int most, TimeSpan span, TimeProvider time)
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                _left = Math.Min(most, _left + (time.GetElapsedTime(_at, now) / span * most));
                _at = now;
                if (_left < 1) return Math.Max(1, (int)Math.Ceiling((1 - _left) * span.TotalSeconds / most));
                _left--;
                return 0;
            }
        }
    }
}
