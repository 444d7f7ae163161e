using System.Diagnostics;

namespace Parley.Bench.Measure;

/// <summary>A process that was started here and is ended here, by its id.</summary>
class ChildProcess : IAsyncDisposable
{
    readonly Process process;
    readonly Queue<string> lastWords = [];
    bool disposed;

    public ChildProcess(string file, IEnumerable<string> arguments, string folder, bool readsOutput = false)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
        if (readsOutput) return;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
    }

    public int Pid => process.Id;

    public bool HasEnded => process.HasExited;

    protected StreamReader Output => process.StandardOutput;

    protected StreamWriter Input => process.StandardInput;

    public string LastWords
    {
        get { lock (lastWords) return string.Join('\n', lastWords); }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (disposed) return;
        disposed = true;
        if (!process.HasExited)
        {
            Signal(15);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try { await process.WaitForExitAsync(patience.Token); }
            catch (OperationCanceledException) { process.Kill(); }
        }
        process.Dispose();
    }

    public void Signal(int number)
    {
        if (!process.HasExited) _ = kill(process.Id, number);
    }

    void Keep(string? line)
    {
        if (line is null) return;
        lock (lastWords)
        {
            if (lastWords.Count == 30) lastWords.Dequeue();
            lastWords.Enqueue(line.Length > 400 ? line[..400] : line);
        }
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    static extern int kill(int pid, int signal);
}
