using Parley.Bench.Load;

namespace Parley.Bench.Peers;

/// <summary>The provisioning file of a measured server: one tenant, one key, one carrier, one route.</summary>
static class ParleyProvisioning
{
    public const string Key = "bench-key-000000000000000000000001";
    public const string User = "bench";
    public const string Password = "bench123";
    public const string ApiId = "1";
    const int IdleClients = 8;

    /// <summary>The API ids of clients that only hold sessions.</summary>
    public static string IdleApiId(int client) => $"{100 + client}";

    public static string Text(PeerSettings settings) => $"""
        tenants:
          - name: bench
            balance: {"{"} amount: 1000000, currency: USD {"}"}
            integrations:
              - name: bench-sms
                keys: [{Key}]
                requestsPerSecond: 0
                statusEvents: final
                batchedCallbacks: {(settings.BatchCallbacks ? "true" : "false")}
                allowPrivateTargets: true
                status:
                  url: http://127.0.0.1:{settings.SinkPort}/status
                account: {"{"} apiId: "{ApiId}", user: {User}, password: {Password} {"}"}
                smpp: {"{"} binds: 100, window: 1000 {"}"}
        {Idle()}
        carriers:
          - name: sim
            host: 127.0.0.1
            port: {settings.SmscPort}
            systemId: bench
            password: bench
            binds: 1
            window: {settings.Window}
            messagesPerSecond: 0
            defaultSender: "{Numbers.Sender}"
        routes:
          - name: everything
            carrier: sim
        """;

    static string Idle() => string.Join("\n", Enumerable.Range(0, IdleClients).Select(i =>
        $"      - {{ name: idle-{i}, smpp: {{ binds: 100 }}, " +
        $"account: {{ apiId: \"{IdleApiId(i)}\", user: {User}, password: {Password} }} }}"));
}
