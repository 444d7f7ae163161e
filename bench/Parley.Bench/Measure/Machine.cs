using System.Globalization;

namespace Parley.Bench.Measure;

/// <summary>The whole machine: what others did on it while we measured belongs beside every figure.</summary>
static class Machine
{
    /// <summary>CPU seconds of everything since the machine's start (proc(5), first line of /proc/stat).</summary>
    public static double BusySeconds()
    {
        using var reader = new StreamReader("/proc/stat");
        var fields = reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long Ticks(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
        // user, nice, system, irq, softirq, steal; idle and iowait are not work.
        return (Ticks(1) + Ticks(2) + Ticks(3) + Ticks(6) + Ticks(7) + Ticks(8)) / 100.0;
    }

    public static string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB, " +
        $"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start, Linux {Environment.OSVersion.Version}");
}
