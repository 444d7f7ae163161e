using Parley.Bench.Measure;

namespace Parley.Bench.Peers;

/// <summary>A gateway under measurement, started fresh in a folder of its own for every turn.</summary>
abstract class Peer(string name) : IAsyncDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-bench-");
    readonly List<ChildProcess> processes = [];

    public string Name => name;

    public int HttpPort { get; } = FreePort.Next();

    /// <summary>Which request the load writes.</summary>
    public abstract string Shape { get; }

    public virtual string Key => "none";

    public abstract IReadOnlyList<Meter> Meters { get; }

    protected string Folder => folder.FullName;

    public abstract Task Start(PeerSettings settings, CancellationToken stop);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in Enumerable.Reverse(processes)) await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    protected ChildProcess Launch(string file, string workingFolder, params string[] arguments)
    {
        var process = new ChildProcess(file, arguments, workingFolder);
        processes.Add(process);
        return process;
    }

    protected string Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
