using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.OneApi;

/// <summary>A server per engine with an integration for every reason why a request is refused.</summary>
public sealed class OneApiWorld : IAsyncLifetime
{
    public const string Key = "one-api-key-000000001==";
    public const string TwoWayKey = "one-api-key-000000002==";
    public const string AccountOffKey = "one-api-key-000000003==";
    public const string IntegrationOffKey = "one-api-key-000000004==";
    public const string OtherNetworkKey = "one-api-key-000000005==";
    public const string OneASecondKey = "one-api-key-000000006==";
    public const string PoorKey = "one-api-key-000000007==";
    public const string TwoPartsKey = "one-api-key-000000008==";

    private const string Provisioning = $$"""
        tenants:
          - name: rich
            balance: { amount: 1310.42, currency: EUR }
            integrations:
              - { name: usual, keys: ["{{Key}}"], requestsPerSecond: 0 }
              - name: two-way
                keys: ["{{TwoWayKey}}"]
                requestsPerSecond: 0
                twoWay: true
                senders: ["12025550101", { address: "12025550102", suspended: true }, "Parley"]
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

    internal RunningServer this[string engine] => _servers[engine];

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("parley-one-api-").FullName;
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

    /// <summary>One request as it stands; the answer's status and body.</summary>
    internal async Task<(int Status, string Body, HttpResponseMessage Response)> Ask(
        string engine, string method, string path, string? key, byte[]? body = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new ByteArrayContent(body);
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var client = new HttpClient { BaseAddress = this[engine].Http.BaseAddress, Timeout = Deadline.Longest };
        var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    internal async Task<(int Status, JsonNode Body)> Send(string engine, string json, string key = Key)
    {
        var (status, body, _) = await Ask(engine, "POST", "/v1/message", key, Encoding.UTF8.GetBytes(json));
        return (status, JsonNode.Parse(body)!);
    }

    internal Task<(int Status, string Body, HttpResponseMessage Response)> Post(
        string engine, string json, string? idempotencyKey = null, string key = Key)
    {
        (string, string)[] headers = idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)];
        return Ask(engine, "POST", "/v1/message", key, Encoding.UTF8.GetBytes(json), headers);
    }
}
