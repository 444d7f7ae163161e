using System.Diagnostics;
using Npgsql;
using Parley.Bench.Measure;

namespace Parley.Bench.Peers;

/// <summary>A throw-away cluster with PostgreSQL's own defaults, so fsync and synchronous_commit are on.</summary>
/// <param name="settings">What differs from the defaults: NAME=VALUE, separated by commas.</param>
sealed class PostgresCluster(string settings = "") : IAsyncDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-bench-pg-");
    readonly int port = FreePort.Next();
    ChildProcess? postmaster;

    public Meter Meter => new("postgres", postmaster!.Pid, IsTree: true);

    public int Port => port;

    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";

    public async Task Start(CancellationToken stop)
    {
        var programs = Installation.OfPostgres();
        var data = Path.Combine(folder.FullName, "data");
        if (Environment.UserName == "root") await Finish("chown", ["postgres", folder.FullName], stop);
        var initdb = Path.Combine(programs, "initdb");
        await Finish([.. AsPostgres, initdb, "-D", data, "-A", "trust", "-U", "postgres"], stop);
        string[] command =
        [
            .. AsPostgres, Path.Combine(programs, "postgres"), "-D", data, "-p", $"{port}", "-k", data,
            "-c", "listen_addresses=127.0.0.1",
            .. settings.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(s => new[] { "-c", s }),
        ];
        postmaster = new ChildProcess(command[0], command[1..], folder.FullName);
        await FreePort.Answers(port, TimeSpan.FromSeconds(30), () => postmaster.LastWords, stop);
        await Ready(stop);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        // SIGINT is PostgreSQL's fast shutdown: connections that are still open do not hold it up.
        postmaster?.Signal(2);
        if (postmaster is not null) await postmaster.DisposeAsync();
        folder.Delete(recursive: true);
    }

    // PostgreSQL refuses to run as root; setpriv replaces itself, so the process id is the postmaster's.
    static string[] AsPostgres => Environment.UserName == "root"
        ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        : ["/usr/bin/env"];

    async Task Ready(CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync(stop);
                return;
            }
            catch (NpgsqlException) when (attempt < 100)
            {
                await Task.Delay(50, stop);
            }
        }
    }

    Task Finish(string[] command, CancellationToken stop) => Finish(command[0], command[1..], stop);

    async Task Finish(string file, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync(stop);
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0) throw new IOException($"{file} failed: {await complaint}");
    }
}
