using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Marketplace;

/// <summary>
/// A server per engine, with the sandbox's bank and suppliers as partners, and a client for every reason why a call is refused.
/// Its log is kept, down to the last line.
/// </summary>
public sealed class MarketClients : IAsyncLifetime
{
    internal const int Plain = 20, Other = 21, Signed = 22, Slow = 23, SlowTransact = 24, Narrow = 25, Elsewhere = 26,
        Counted = 27, Summed = 28, Reading = 29, Telling = 30, Timed = 31;

    public const string Base64Key = "c2VhbGVkLXdpdGgtdGhpcy1rZXktb2YtMzItYnl0ZXM=";

    private readonly Dictionary<string, (RunningServer Server, CapturedLog Log)> _servers = [];
    private readonly ConcurrentDictionary<(string, int), MarketWorld> _worlds = new();
    private readonly SilentPeer _silent = new();
    private string _folder = "";

    /// <summary>Where a partner listens and never answers.</summary>
    internal SilentPeer Silent => _silent;

    internal MarketWorld this[string engine, int client] => _worlds.GetOrAdd((engine, client),
        _ => MarketWorld.Of(_servers[engine].Server, client, KeyOf(client), $"secret-of-{client}-xyz"));

    internal CapturedLog LogOf(string engine) => _servers[engine].Log;

    public static string KeyOf(int client) => $"key-of-client-{client}-0001";

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("parley-market-clients-").FullName;
        foreach (var engine in TestEngine.All)
        {
            var port = Ports.Free();
            var file = Path.Combine(_folder, $"{engine.Data}.yaml");
            await File.WriteAllTextAsync(file, Provisioning($"http://127.0.0.1:{port}/sandbox/v1", _silent.Url));
            var server = await RunningServer.Start(
                engine.Data, "--Provision", file, "--urls", $"http://127.0.0.1:{port}",
                "--Marketplace:SecretKey", Base64Key, "--Logging:Captured:LogLevel:Default", "Trace",
                "--Proxies:Trusted", "127.0.0.0/8, 192.0.2.1");
            var log = new CapturedLog();
            server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
            _servers[engine.Data] = (server, log);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, _) in _servers.Values) await server.DisposeAsync();
        _silent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Provisioning(string partners, string silent)
    {
        return $$"""
            marketplace:
              types: [ { id: 17, name: ElecBillpayment }, { id: 103, name: Voucher }, { id: 101, name: Airtime } ]
              vendors: [ { id: 12, name: Riverside } ]
              numberResolver: { url: "{{silent}}/resolve", timeoutSeconds: 1 }
              operators: [ { code: "62130", name: MTN, country: NG, vendor: 12, prefixes: [ "234803" ] } ]
              suppliers:
                - { id: river, url: "{{partners}}/suppliers/river", bearer: sandbox, signatureSecret: sandbox, timeoutSeconds: 30 }
              fundingSources:
                - id: 3
                  reserve: { url: "{{partners}}/bank/reserveFunds", signatureSecret: sandbox }
                  result: { url: "{{partners}}/bank/transactResult", signatureSecret: sandbox }
              products:
                - {{Product(1701, 17, "meter", true)}}
                - {{Product(3010, 103, "msisdn", true)}}
                - {{Product(1010, 101, "msisdn", false)}}
              clients:
                - {{Buying(Plain)}}
                - {{Buying(Other)}}
                - {{Buying(Signed, "signatureSecrets: [ newer-signing-secret, older-signing-secret ]")}}
                - {{Buying(Slow, "requestsPerSecond: 1")}}
                - {{Buying(SlowTransact, "apiLimits: [ { api: transact, perSecond: 1 }, { api: tokens, perSecond: 1 } ]")}}
                - {{Buying(Narrow, "apis: [ products, transact ]")}}
                - {{Buying(Elsewhere, "allowedNetworks: [ 203.0.113.0/24, \"2001:db8::7\" ]")}}
                - {{Buying(Counted, "velocity: [ { seconds: 3600, count: 3, answer: 2070 } ]")}}
                - {{Buying(Summed, "velocity: [ { seconds: 86400, amount: 500000, currency: NGN } ]")}}
                - {{Client(Reading, "name: Reader")}}
                - {{Buying(Timed, "timestampWithinSeconds: 86400")}}
                - {{Buying(Telling, Texts)}}
            """;

        string Buying(int id, string more = "name: Buyer") => Client(
            id, $"fundingSources: [ 3 ], result: {{ url: \"{partners}/bank/transactResult\", "
            + $"signatureSecret: sandbox }}, {more}");
    }

    private static string Client(int id, string more) =>
        $"{{ id: {id}, secrets: [ secret-of-{id}-xyz ], keys: [ {KeyOf(id)} ], "
        + $"integration: {DemoProvisioning.IntegrationId}, "
        + "blockedSources: [ \"2348039999999\" ], "
        + "terms: [ { id: power, type: 17, feeFlat: 10000, discountBasisPoints: 500 }, { id: voucher, type: 103 }, "
        + $"{{ id: air, type: 101 }} ], {more} }}";

    private const string Texts =
        "sms: { language: en, tokenCopy: true, countries: [ { country: KE, language: sw } ], templates: [ "
        + "{ event: tokenIssued, text: \"Your {product} token is {token}, reference {clientReference}\" }, "
        + "{ event: purchaseOk, text: \"Paid {total} {currency} for {product}\" }, "
        + "{ event: purchaseFailed, text: \"No {product} for {target}: {amount} {currency} stay yours\" }, "
        + "{ event: giftReceived, text: \"{source} sent you {product}\" } ] }";

    private static string Product(int id, int type, string target, bool token) =>
        $"{{ id: {id}, type: {type}, vendor: 12, description: Power, shortDescription: Power, country: NG, "
        + $"currency: NGN, min: 50000, max: 10000000, target: {target}, tokenBased: {(token ? "true" : "false")}, "
        + $"suppliers: [ {{ id: river, sku: sku-{id} }} ] }}";
}

/// <summary>Every line of a server's log.</summary>
[ProviderAlias("Captured")]
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Line(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Line(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}

/// <summary>Takes connections and never says a word.</summary>
internal sealed class SilentPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentPeer() => _listener.Start();

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();
}
