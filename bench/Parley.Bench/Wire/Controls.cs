using System.Collections.Concurrent;

namespace Parley.Bench.Wire;

/// <summary>
/// Commands that the orchestrating process writes on standard input, one a line. End of input ends the process.
/// </summary>
sealed class Controls
{
    readonly ConcurrentQueue<string> lines = [];

    public Controls() => new Thread(Read) { IsBackground = true }.Start();

    public bool TryTake(out string[] words)
    {
        words = lines.TryDequeue(out var line) ? line.Split(' ') : [];
        return words.Length > 0;
    }

    public static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    void Read()
    {
        while (Console.In.ReadLine() is { } line) lines.Enqueue(line);
        lines.Enqueue("quit");
    }
}
