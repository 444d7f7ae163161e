namespace Parley.Bench.Measure;

/// <summary>One process (or a tree of them, for a database) whose cost is counted.</summary>
sealed record Meter(string Name, int Pid, bool IsTree = false)
{
    public double CpuSeconds() => IsTree
        ? ProcessReading.CpuSeconds(Pid, withEndedChildren: true)
            + ProcessReading.Children(Pid).Sum(p => ProcessReading.CpuSeconds(p))
        : ProcessReading.CpuSeconds(Pid);

    /// <summary>
    /// Peak resident kB; of a tree the present proportional share, for its processes share one big segment.
    /// </summary>
    public long PeakKb() => IsTree
        ? ProcessReading.ProportionalKb(Pid) + ProcessReading.Children(Pid).Sum(ProcessReading.ProportionalKb)
        : ProcessReading.PeakKb(Pid);
}
