using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Storage;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>A server in the sandbox world with a merchant who has numbers, a name, alerts without a way back, and a demo.</summary>
internal sealed class ConsentWorld : IAsyncDisposable
{
    public const string AdminKey = "consent-admin-key-1==";
    public const string Number = "12025550160";
    public const string French = "12025550161";
    public const string Silent = "12025550162";
    public const string Phone = "27821000101";
    public const string Main = "shop-main";
    public const string Key = "consent-key-000000001==";
    public const string OneWayKey = "consent-key-000000002==";
    public const string DemoKey = "consent-key-000000003==";
    public const string NoStopKey = "consent-key-000000004==";
    public const string QuietKey = "consent-key-000000005==";

    private readonly string _folder;

    private ConsentWorld(string folder, RunningServer server) => (_folder, Server) = (folder, server);

    public RunningServer Server { get; }

    public static async Task<ConsentWorld> Start(string engine, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("parley-consent-").FullName;
        var file = Path.Combine(folder, "world.yaml");
        await File.WriteAllTextAsync(file, Provisioning);
        var server = await RunningServer.Start(engine, ["--provision", file, .. settings]);
        server.Use(Key);
        await Eventually.Holds(
            async () => (int)JsonNode.Parse(await server.Http.GetStringAsync("/health/ready"))!["carriersUp"]! == 1,
            "the sandbox is bound");
        return new(folder, server);
    }

    /// <summary>A phone sends.</summary>
    public void Says(string phone, string text, string to = Number) =>
        Assert.True(Server.Smsc.SendFromPhone(phone, to, text));

    /// <summary>So many messages from phones are committed. (Several nodes' worth of connections take them side by side.)</summary>
    public Task Taken(int messages) => Eventually.Holds(
        async () => await Server.Services.GetRequiredService<Database>().Read(
            c => c.ExecuteScalar<long>("SELECT count(*) FROM inbound_messages"), default) == messages,
        $"{messages} messages from phones are taken");

    public IReadOnlyList<string> On(string phone) => [.. Server.Phones.On(phone).Select(m => m.Text)];

    public Task Arrives(string phone, string text) => Eventually.Holds(
        () => On(phone).Contains(text), $"'{text}' arrives on {phone}");

    /// <summary>The error code of the only message of a request; 0 when it was accepted.</summary>
    public async Task<int> Send(string to, string from = Number, string? key = null, string more = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/message");
        var sender = from.Length == 0 ? "" : $"""
            ,"from":"{from}"
            """;
        request.Content = new StringContent($$"""{"messages":[{"to":"{{to}}","content":"hello"{{sender}}{{more}}}]}""");
        request.Headers.TryAddWithoutValidation("Authorization", key ?? Key);
        using var response = await Server.Http.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["messages"]![0]!;
        return answer["error"] is { } error ? (int)error["code"]! : 0;
    }

    public Task Answers(int code, string to, string from = Number) =>
        Eventually.Holds(async () => await Send(to, from) == code, $"a message to {to} is answered with {code}");

    public async Task<(int Status, string Body)> Admin(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, "/admin/v1" + path);
        request.Headers.TryAddWithoutValidation("Authorization", AdminKey);
        var kind = body?.StartsWith('{') == true ? "application/json" : "text/csv";
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, kind);
        using var response = await Server.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode> Ask(string path)
    {
        var (status, body) = await Admin(HttpMethod.Get, path);
        Assert.Equal(200, status);
        return JsonNode.Parse(body)!;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private const string Provisioning = $$"""
        adminKeys: ["{{AdminKey}}"]
        tenants:
          - name: shop
            balance: { amount: 1000, currency: EUR }
            integrations:
              - name: main
                keys: ["{{Key}}"]
                twoWay: true
                requestsPerSecond: 0
                account: { apiId: "4001", user: main, password: secret12 }
                optOut: { stopReply: "You are out.", startReply: "You are in.", helpReply: "Call 555." }
                senders:
                  - "{{Number}}"
                  - { address: "{{French}}", optOut: { languages: [fr], stop: [ASSEZ], stopReply: "Au revoir." } }
                  - { address: "{{Silent}}", optOut: { enabled: false } }
                  - { address: Shop, registeredIn: [IN] }
                  - Boutique
              - name: alerts
                keys: ["{{OneWayKey}}"]
                requestsPerSecond: 0
                account: { apiId: "4002", user: alerts, password: secret12 }
              - name: demo
                keys: ["{{DemoKey}}"]
                sandboxOnly: true
                requestsPerSecond: 0
                account: { apiId: "4003", user: demo, password: secret12 }
              - name: mute
                keys: ["{{NoStopKey}}"]
                account: { apiId: "4004", user: mute, password: secret12 }
                twoWay: true
                requestsPerSecond: 0
                senders: ["12025550163"]
                optOut: { enabled: false }
              - name: quiet
                keys: ["{{QuietKey}}"]
                requestsPerSecond: 0
                quietHours: { from: "00:00", to: "23:59" }
          - name: other
            balance: { amount: 1000, currency: EUR }
        countryRules:
          - { country: IN, registration: enforced }
          - { prefix: "+880", twoWay: none }
        """;
}
