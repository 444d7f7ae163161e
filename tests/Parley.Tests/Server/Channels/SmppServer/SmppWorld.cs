using System.Text.Json.Nodes;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>A server with its SMPP ports open, clients of several kinds, and the sandbox's SMSC behind it.</summary>
internal sealed class SmppWorld : IAsyncDisposable
{
    public const string AdminKey = "smpp-admin-key-0001==";
    public const string Key = "smpp-key-00000000001==";
    public const string Number = "12025550160";

    public static readonly SmppCredentials Gate = new("gate", "secret12", "3001");
    public static readonly SmppCredentials Narrow = new("narrow", "secret12", "3002");
    public static readonly SmppCredentials Poor = new("poor", "secret12", "3003");
    public static readonly SmppCredentials Elsewhere = new("else", "secret12", "3004");
    public static readonly SmppCredentials LongPassword = new("long", "a-long-password", "3005");
    public static readonly SmppCredentials Closed = new("closed", "secret12", "3006");
    public static readonly SmppCredentials Single = new("single", "secret12", "3007");

    private const string Provisioning = $$"""
        adminKeys: ["{{AdminKey}}"]
        tenants:
          - name: bank
            balance: { amount: 1000, currency: EUR }
            integrations:
              - name: gate
                keys: ["{{Key}}"]
                requestsPerSecond: 0
                twoWay: true
                senders: ["{{Number}}", "Bank", { address: "12025550161", suspended: true }]
                account: { apiId: "3001", user: gate, password: secret12 }
              - name: narrow
                keys: ["smpp-narrow-key-0001=="]
                requestsPerSecond: 0
                account: { apiId: "3002", user: narrow, password: secret12 }
                smpp: { binds: 2, window: 5, messagesPerSecond: 20 }
              - name: elsewhere
                allowedNetworks: ["203.0.113.0/24"]
                account: { apiId: "3004", user: else, password: secret12 }
              - { name: long, account: { apiId: "3005", user: long, password: a-long-password } }
              - name: single
                maxParts: 1
                account: { apiId: "3007", user: single, password: secret12 }
                smpp: { duplicateSeconds: 60 }
          - name: poor
            balance: { amount: 0, currency: EUR }
            integrations: [{ name: poor, account: { apiId: "3003", user: poor, password: secret12 } }]
          - name: closed
            active: false
            integrations: [{ name: closed, account: { apiId: "3006", user: closed, password: secret12 } }]
        """;

    private readonly string _folder;

    private SmppWorld(string folder, RunningServer server, int port, int testPort) =>
        (_folder, Server, Port, TestPort) = (folder, server, port, testPort);

    public RunningServer Server { get; }

    public int Port { get; }

    public int TestPort { get; }

    public static async Task<SmppWorld> Start(string engine, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("parley-smpp-").FullName;
        var file = Path.Combine(folder, "world.yaml");
        await File.WriteAllTextAsync(file, Provisioning);
        var (port, testPort) = (Ports.Free(), Ports.Free());
        var server = await RunningServer.Start(
            engine,
            ["--provision", file, "--SmppServer:Port", $"{port}", "--SmppServer:TestPort", $"{testPort}", .. settings]);
        server.Use(Key);
        return new SmppWorld(folder, server, port, testPort);
    }

    /// <summary>
    /// Another node on the same database, and its SMPP port; without a sandbox of its own, which would move the first one's carrier to it.
    /// </summary>
    public async Task<(RunningServer Server, int Port)> Beside()
    {
        var port = Ports.Free();
        var file = Path.Combine(_folder, "world.yaml");
        var node = await Server.Beside(
            "--provision", file, "--SmppServer:Port", $"{port}", "--Sandbox:Enabled", "false");
        return (node, port);
    }

    public Task<Esme> Bound(CommandId kind = CommandId.BindTransceiver) => Esme.Bound(Port, Gate, kind);

    public Task<JsonNode> Admin(string path) => Server.Administer(HttpMethod.Get, path, AdminKey);

    /// <summary>How many deliveries wait in the database.</summary>
    public async Task<long> Waiting() =>
        (await Admin("/smpp/deliveries"))["clients"]!.AsArray().Sum(c => (long)c!["waiting"]!);

    public async Task<IReadOnlyList<string>> Timeline(string id) =>
        [.. (await Admin($"/messages/{id}"))["timeline"]!.AsArray().Select(t => (string)t!["what"]!)];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
