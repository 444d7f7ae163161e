using System.Globalization;

namespace Parley.Bench.Measure;

/// <summary>CPU and memory of a process as the kernel accounts for them (proc(5)).</summary>
static class ProcessReading
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    const double TicksPerSecond = 100;

    /// <summary>User and system seconds of a process; with those of its ended children where asked.</summary>
    public static double CpuSeconds(int pid, bool withEndedChildren = false)
    {
        var fields = StatFields(pid);
        if (fields.Length == 0) return 0;
        var ticks = Field(fields, 14) + Field(fields, 15);
        if (withEndedChildren) ticks += Field(fields, 16) + Field(fields, 17);
        return ticks / TicksPerSecond;
    }

    /// <summary>Highest resident set so far, in kB.</summary>
    public static long PeakKb(int pid) => Line($"/proc/{pid}/status", "VmHWM:");

    public static long ResidentKb(int pid) => Line($"/proc/{pid}/status", "VmRSS:");

    /// <summary>Resident now with shared pages divided among those that share them, in kB.</summary>
    public static long ProportionalKb(int pid) => Line($"/proc/{pid}/smaps_rollup", "Pss:");

    public static IReadOnlyList<int> Children(int parent)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid)) continue;
            var fields = StatFields(pid);
            if (fields.Length > 0 && Field(fields, 4) == parent) children.Add(pid);
        }
        return children;
    }

    // Numbered as in proc(5); what follows the name (which may hold spaces) starts with field 3.
    static long Field(string[] fields, int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);

    static string[] StatFields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    static long Line(string file, string name)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[name.Length..^2].Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
