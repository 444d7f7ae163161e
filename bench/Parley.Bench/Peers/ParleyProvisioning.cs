namespace Parley.Bench.Peers;

/// <summary>The provisioning file of a measured server: one tenant, one key, one carrier, one route.</summary>
static class ParleyProvisioning
{
    public const string Key = "bench-key-000000000000000000000001";

    public static string Text(PeerSettings settings) => $"""
        tenants:
          - name: bench
            currency: USD
            balance: 1000000000
            integrations:
              - name: bench
                key: {Key}
                requestsPerSecond: 0
                callbacks:
                  status: http://127.0.0.1:{settings.SinkPort}/status
                  events: final
                  batched: {(settings.BatchCallbacks ? "true" : "false")}
                  allowPrivate: true
        carriers:
          - name: sim
            host: 127.0.0.1
            port: {settings.SmscPort}
            systemId: bench
            password: bench
            binds: 1
            window: {settings.Window}
            throughput: 0
        routes:
          - prefix: ""
            carrier: sim
        """;
}
