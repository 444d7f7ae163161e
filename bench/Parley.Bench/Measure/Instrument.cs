using Parley.Bench.Wire;

namespace Parley.Bench.Measure;

/// <summary>This program started again with a verb of its own: simulator, sink or load.</summary>
sealed class Instrument : ChildProcess
{
    Instrument(string verb, IEnumerable<string> words)
        : base(Executable(), [.. Prefix(), verb, .. words], Path.GetTempPath(), readsOutput: true) => Name = verb;

    public string Name { get; }

    public int Port { get; private set; }

    public Meter Meter => new(Name, Pid);

    public static async Task<Instrument> Start(string verb, IEnumerable<string> words, CancellationToken stop)
    {
        var instrument = new Instrument(verb, words);
        var ready = await instrument.Next(TimeSpan.FromSeconds(20), stop);
        instrument.Port = int.Parse(ready.Split(' ')[1]);
        return instrument;
    }

    public async Task<T> Ask<T>(string command, TimeSpan patience, CancellationToken stop)
    {
        await Input.WriteLineAsync(command.AsMemory(), stop);
        await Input.FlushAsync(stop);
        return Json.Read<T>(await Next(patience, stop));
    }

    async Task<string> Next(TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        return await Output.ReadLineAsync(limit.Token) ?? throw new IOException($"{Name} ended: {LastWords}");
    }

    static bool IsHosted => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    static string Executable() => Environment.ProcessPath!;

    static IEnumerable<string> Prefix() => IsHosted ? [typeof(Instrument).Assembly.Location] : [];
}
