using Parley.Bench.Measure;

namespace Parley.Bench.Peers;

/// <summary>The server as it is deployed, on SQLite (synchronous=FULL) or on a PostgreSQL of its own.</summary>
/// <param name="program">The server's .dll or its published executable.</param>
/// <param name="data">A data folder that outlives the turn; null for a fresh one.</param>
/// <param name="smppPort">Where SMPP clients bind; 0 for nowhere.</param>
/// <param name="provisioning">What is provisioned; null for what the messages need.</param>
/// <param name="postgresSettings">What differs from PostgreSQL's defaults.</param>
sealed class ParleyPeer(
    string program, bool onPostgres, string? data = null, int smppPort = 0,
    Func<PeerSettings, string>? provisioning = null, string postgresSettings = "")
    : Peer(onPostgres ? "parley-postgres" : "parley")
{
    readonly PostgresCluster? postgres = onPostgres ? new(postgresSettings) : null;
    ChildProcess? server;

    public override string Shape => "parley";

    public override string Key => ParleyProvisioning.Key;

    public int Pid => server!.Pid;

    public int SmppPort => smppPort;

    public string DataFolder { get; private set; } = "";

    public string? PostgresConnection => postgres?.ConnectionString;

    public override IReadOnlyList<Meter> Meters =>
        postgres is null ? [new("parley", Pid)] : [new("parley", Pid), postgres.Meter];

    public override async Task Start(PeerSettings settings, CancellationToken stop)
    {
        await Prepare(stop);
        await Run(settings, stop);
    }

    /// <summary>Starts what the server needs: its database, where that is a process.</summary>
    public Task Prepare(CancellationToken stop) => postgres?.Start(stop) ?? Task.CompletedTask;

    /// <summary>Starts the server alone; its database is there already.</summary>
    public async Task Run(PeerSettings settings, CancellationToken stop)
    {
        if (!File.Exists(program))
            throw new FileNotFoundException(
                $"No server at '{program}': dotnet dev.cs publish makes it, or --server PATH");
        // The data stands beside the working folder, not in it: the settings watcher looks at everything below.
        var working = Directory.CreateDirectory(Path.Combine(Folder, "run")).FullName;
        DataFolder = Directory.CreateDirectory(data ?? Path.Combine(Folder, "data")).FullName;
        var file = Write("provisioning.yaml", (provisioning ?? ParleyProvisioning.Text)(settings));
        var absolute = Path.GetFullPath(program);
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", absolute] : [absolute];
        string[] arguments =
        [
            "--urls", $"http://127.0.0.1:{HttpPort}", "--Storage:Folder", DataFolder, "--Provision", file,
            "--Sandbox:Enabled", "false", "--SmppServer:Port", $"{smppPort}", "--SmppServer:TlsPort", "0",
            "--SmppServer:MaxSessionsPerAddress", "5000", "--Logging:LogLevel:Default", "Warning",
            .. postgres is null ? Array.Empty<string>() : ["--Storage:Postgres", postgres.ConnectionString],
        ];
        server = Launch(command[0], working, [.. command[1..], .. arguments]);
        await FreePort.Answers(HttpPort, TimeSpan.FromSeconds(30), () => server.LastWords, stop);
    }

    /// <summary>Ends the server gracefully and leaves its database.</summary>
    public async Task End()
    {
        if (server is not null) await server.DisposeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await End();
        if (postgres is not null) await postgres.DisposeAsync();
        await base.DisposeAsync();
    }
}
