using System.Diagnostics;

namespace Parley.Bench.Sink;

/// <summary>Which messages were reported, by the number the load gave them.</summary>
sealed class EventCounter
{
    ulong[] seen = new ulong[1 << 16];

    public SinkTotals Totals { get; private set; } = new();

    public void Reset() => Totals = new();

    public void Delivered(long number)
    {
        var word = number >> 6;
        if (word >= seen.Length) Array.Resize(ref seen, (int)Math.Max(seen.Length * 2, word + 1));
        var bit = 1UL << (int)(number & 63);
        if ((seen[word] & bit) != 0)
        {
            Totals.Repeated++;
            return;
        }
        seen[word] |= bit;
        Totals.Unique++;
        Totals.LastAt = Stopwatch.GetTimestamp();
    }
}
