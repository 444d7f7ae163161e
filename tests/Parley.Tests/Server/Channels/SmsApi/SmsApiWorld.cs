using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.SmsApi;

/// <summary>An answer of the doors.</summary>
internal sealed record SmsReply(int Status, string Type, string Body, HttpResponseMessage Response)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public JsonNode First => Json["messages"]![0]!;
}

/// <summary>A server per engine with an integration for every reason why a request is refused.</summary>
public sealed class SmsApiWorld : IAsyncLifetime
{
    public const string Key = "sms-api-key-000000001==";
    public const string TwoWayKey = "sms-api-key-000000002==";
    public const string AccountOffKey = "sms-api-key-000000003==";
    public const string IntegrationOffKey = "sms-api-key-000000004==";
    public const string OtherNetworkKey = "sms-api-key-000000005==";
    public const string OneASecondKey = "sms-api-key-000000006==";
    public const string PoorKey = "sms-api-key-000000007==";
    public const string TwoPartsKey = "sms-api-key-000000008==";

    private const string Provisioning = $$"""
        tenants:
          - name: rich
            balance: { amount: 1267.92, currency: ZAR }
            integrations:
              - { name: usual, keys: ["{{Key}}"], requestsPerSecond: 0 }
              - name: two-way
                keys: ["{{TwoWayKey}}"]
                requestsPerSecond: 0
                twoWay: true
                senders: ["12025550111", { address: "12025550112", suspended: true }]
              - { name: sleeping, keys: ["{{IntegrationOffKey}}"], active: false }
              - { name: elsewhere, keys: ["{{OtherNetworkKey}}"], allowedNetworks: ["203.0.113.0/24"] }
              - { name: slow, keys: ["{{OneASecondKey}}"], requestsPerSecond: 1 }
              - { name: short, keys: ["{{TwoPartsKey}}"], maxParts: 2, requestsPerSecond: 0 }
          - name: closed
            active: false
            integrations: [{ name: closed, keys: ["{{AccountOffKey}}"] }]
          - name: poor
            balance: { amount: 0, currency: USD }
            integrations: [{ name: poor, keys: ["{{PoorKey}}"] }]
        """;

    private readonly Dictionary<string, RunningServer> _servers = [];
    private string _folder = "";
    private int _number;

    internal RunningServer this[string engine] => _servers[engine];

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("parley-sms-api-").FullName;
        var file = Path.Combine(_folder, "provisioning.yaml");
        await File.WriteAllTextAsync(file, Provisioning);
        foreach (var engine in TestEngine.All)
            _servers[engine.Data] = await RunningServer.Start(engine.Data, "--provision", file);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A number that no other test sends to; its messages arrive.</summary>
    internal string Number() => $"27991{Interlocked.Increment(ref _number):D3}123";

    /// <summary>One request as it stands.</summary>
    internal async Task<SmsReply> Ask(
        string engine, string method, string path, string? key = Key, byte[]? body = null, string type = "",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (type.Length > 0) request.Content?.Headers.TryAddWithoutValidation("Content-Type", type);
        using var client = new HttpClient { BaseAddress = this[engine].Http.BaseAddress, Timeout = Deadline.Longest };
        var response = await client.SendAsync(request);
        return new(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "",
            await response.Content.ReadAsStringAsync(), response);
    }

    internal Task<SmsReply> Post(
        string engine, string body, string type = "application/json", string? key = Key,
        params (string Name, string Value)[] headers) =>
        Ask(engine, "POST", "/messages", key, Encoding.UTF8.GetBytes(body), type, headers);

    internal Task<SmsReply> Query(string engine, string query) =>
        Ask(engine, "GET", "/messages/http/send?" + query, key: null);

    /// <summary>What arrives on a phone as its only message.</summary>
    internal async Task<Parley.Sandbox.PhoneMessage> Arrives(string engine, string number)
    {
        await Eventually.Holds(() => this[engine].Phones.On(number).Count > 0, $"a message arrives at {number}");
        return Assert.Single(this[engine].Phones.On(number));
    }
}
