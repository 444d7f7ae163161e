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
        var ready = await instrument.Next("its start", TimeSpan.FromSeconds(20), stop);
        instrument.Port = int.Parse(ready.Split(' ')[1]);
        return instrument;
    }

    public async Task<T> Ask<T>(string command, TimeSpan patience, CancellationToken stop)
    {
        await Input.WriteLineAsync(command.AsMemory(), stop);
        await Input.FlushAsync(stop);
        return Json.Read<T>(await Next(command, patience, stop));
    }

    async Task<string> Next(string command, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            return await Output.ReadLineAsync(limit.Token) ?? throw new IOException($"{Name} ended: {LastWords}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new IOException(
                $"The {Name} has not answered '{command}' within {patience.TotalSeconds:F0} s; it said: {LastWords}");
        }
    }

    static bool IsHosted => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    static string Executable() => Environment.ProcessPath!;

    static IEnumerable<string> Prefix() => IsHosted ? [typeof(Instrument).Assembly.Location] : [];
}
