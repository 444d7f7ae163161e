using System.Text.Json.Nodes;
using Parley.Tests.Journeys;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>
/// A server between a merchant and two scripted SMSCs. Numbers of 27… go to the first and, when that can't, to the second;
/// numbers of 44… go to the second only; there is no way to others.
/// </summary>
internal sealed class MessagesWorld : IAsyncDisposable
{
    public const string AdminKey = "messages-admin-key-1==";
    public const string Number = "12025550143";
    private const string Key = "messages-key-000001==";

    private readonly string _folder;

    private MessagesWorld(
        string folder, RunningServer server, ScriptedSmsc first, ScriptedSmsc second, StatusSink sink) =>
        (_folder, Server, First, Second, Sink) = (folder, server, first, second, sink);

    public RunningServer Server { get; }

    public ScriptedSmsc First { get; }

    public ScriptedSmsc Second { get; }

    public StatusSink Sink { get; }

    public static async Task<MessagesWorld> Start(string engine)
    {
        var (first, second) = (new ScriptedSmsc(), new ScriptedSmsc { Id = static number => $"second-{number}" });
        var sink = await StatusSink.Start();
        var folder = Directory.CreateTempSubdirectory("parley-messages-").FullName;
        var file = Path.Combine(folder, "world.yaml");
        await File.WriteAllTextAsync(file, Provisioning(first.Port, second.Port, sink));
        var server = await RunningServer.Start(engine, "--provision", file);
        server.Use(Key);
        var world = new MessagesWorld(folder, server, first, second, sink);
        await world.BothUp();
        return world;
    }

    public Task BothUp() => Eventually.Holds(
        async () => (await Carriers()).All(c => (bool)c!["up"]!), "both carriers are up");

    public Task IsDown(string carrier) => Eventually.Holds(
        async () => (await Carriers()).Any(c => (string)c!["id"]! == carrier && !(bool)c["up"]!), $"{carrier} is down");

    public async Task<JsonArray> Carriers() => (await Admin("/carriers"))["carriers"]!.AsArray();

    public Task<JsonNode> Admin(string path) => Server.Administer(HttpMethod.Get, path, AdminKey);

    /// <summary>The whats of a message's timeline.</summary>
    public async Task<IReadOnlyList<string>> Timeline(string id) =>
        [.. (await Admin($"/messages/{id}"))["timeline"]!.AsArray().Select(t => (string)t!["what"]!)];

    public Task Shows(string id, string what) => Eventually.Holds(
        async () => (await Timeline(id)).Contains(what), $"the timeline of {id} shows {what}");

    /// <summary>A receipt in text form for an id.</summary>
    public static void Receipt(ScriptedSmsc smsc, string to, string carrierMessageId, string stat) => smsc.Deliver(
        to, Number, 0x04, 0,
        System.Text.Encoding.ASCII.GetBytes(
            $"id:{carrierMessageId} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 " +
            $"stat:{stat} err:000 text:"));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await First.DisposeAsync();
        await Second.DisposeAsync();
        await Sink.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Provisioning(int first, int second, StatusSink sink) => $$"""
        adminKeys: ["{{AdminKey}}"]
        tenants:
          - name: shop
            balance: { amount: 1000, currency: EUR }
            integrations:
              - name: main
                keys: ["{{Key}}"]
                requestsPerSecond: 0
                twoWay: true
                allowPrivateTargets: true
                senders: ["{{Number}}"]
                status: { url: "{{sink.Url}}" }
                inbound: { url: "{{sink.Url.Replace("/status", "/inbound", StringComparison.Ordinal)}}" }
        carriers:
          - { name: first, host: 127.0.0.1, port: {{first}}, systemId: parley, password: secret, window: 50 }
          - { name: second, host: 127.0.0.1, port: {{second}}, systemId: parley, password: secret, window: 50 }
        routes:
          - { name: usual, carrier: first, prefix: "27", priority: 1 }
          - { name: spare, carrier: second, prefix: "27", priority: 2 }
          - { name: other, carrier: second, prefix: "44" }
        """;
}
