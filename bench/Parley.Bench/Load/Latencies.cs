using System.Diagnostics;

namespace Parley.Bench.Load;

/// <summary>Every latency of a run is kept (4 bytes each), so percentiles are exact.</summary>
sealed class Latencies(int most)
{
    readonly int[] micros = new int[most];
    int count;

    public void Add(long ticks)
    {
        if (count < micros.Length) micros[count++] = (int)(ticks * 1_000_000 / Stopwatch.Frequency);
    }

    public LoadResult Result(long accepted, long errors, string firstError, long startedAt, long endedAt)
    {
        var sorted = micros.AsSpan(0, count);
        sorted.Sort();
        return new(accepted, errors, firstError, startedAt, endedAt, At(sorted, 0.5), At(sorted, 0.99), At(sorted, 1));
    }

    static double At(ReadOnlySpan<int> sorted, double share) =>
        sorted.IsEmpty ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))] / 1000.0;
}
