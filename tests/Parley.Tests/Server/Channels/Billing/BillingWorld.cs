using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Ledger;
using Parley.Server.Channels.Billing;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Billing;

/// <summary>
/// A server per engine with a tenant for each story, all of which pay from an account but <c>plain</c>. A scripted SMSC takes
/// what goes to 27…: numbers that end in 11 are refused for good, those in 12 but for their first part, those in 13 are
/// not answered. Numbers of 44… have a carrier that is never up; there is no way to others.
/// </summary>
public sealed class BillingWorld : IAsyncLifetime
{
    public const string AdminKey = "billing-admin-key-01==";

    private static readonly string[] Tenants =
    [
        "poor|price: { perPart: 0.02, perCredit: 0.04 }|kind: prepaid, opening: 0.03",
        "some|price: { perPart: 0.02 }|kind: prepaid, opening: 0.05",
        "back|price: { perPart: 0.02 }|kind: prepaid, opening: 1",
        "lists|active: true|kind: prepaid, opening: 1, priceList: standard",
        "later|price: { perPart: 0.01 }|kind: postpaid, limit: 0.05",
        "swap|price: { perPart: 0.02 }|kind: prepaid, opening: 0.05",
        "paid|price: { perPart: 0.02 }|kind: prepaid",
        "race|price: { perPart: 0.02 }|kind: prepaid, opening: 1",
        "doubt|price: { perPart: 0.02 }|kind: prepaid, opening: 1",
    ];

    private readonly Dictionary<string, (RunningServer Server, ScriptedSmsc Smsc, int Port)> _worlds = [];
    private string _folder = "";
    private int _number;

    internal RunningServer this[string engine] => _worlds[engine].Server;

    internal ScriptedSmsc Smsc(string engine) => _worlds[engine].Smsc;

    internal int SmppPort(string engine) => _worlds[engine].Port;

    internal string File(string engine) => Path.Combine(_folder, engine + ".yaml");

    public static string KeyOf(string tenant) => $"billing-key-{tenant}-0001==";

    internal static SmppCredentials Smpp(string tenant) => new(tenant, "secret12", ApiIdOf(tenant));

    internal static string Login(string tenant) => $"user={tenant}&password=secret12&api_id={ApiIdOf(tenant)}";

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("parley-billing-").FullName;
        foreach (var engine in TestEngine.All)
        {
            var (smsc, port) = (new ScriptedSmsc { Answer = Answer }, Ports.Free());
            await System.IO.File.WriteAllTextAsync(File(engine.Data), Provisioning(smsc.Port));
            var server = await RunningServer.Start(
                engine.Data, "--provision", File(engine.Data), "--SmppServer:Port", $"{port}");
            _worlds[engine.Data] = (server, smsc, port);
            await Up(engine.Data);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, smsc, _) in _worlds.Values)
        {
            await server.DisposeAsync();
            await smsc.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A number of 27… that no other test sends to.</summary>
    internal string Number(string last = "99") => $"2783{Interlocked.Increment(ref _number):D5}{last}";

    internal Task Up(string engine) => Eventually.Holds(
        async () => (await Admin(engine, "/carriers"))["carriers"]!.AsArray()
            .Any(c => (string)c!["id"]! == "taker" && (bool)c["up"]!), "the carrier is up");

    internal Task<JsonNode> Admin(string engine, string path) =>
        this[engine].Administer(HttpMethod.Get, path, AdminKey);

    /// <summary>What the operator sees that a tenant may spend.</summary>
    internal async Task<decimal> Available(string engine, string tenant) =>
        (decimal)(await Admin(engine, $"/credit/{tenant}"))["available"]!;

    internal Task Has(string engine, string tenant, decimal amount) => Eventually.Holds(
        async () => await Available(engine, tenant) == amount, $"{tenant} has {amount}");

    internal async Task<(int Status, JsonNode Body)> Pay(
        string engine, string tenant, string reference, decimal amount, string? reason = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/v1/credit/{tenant}/payments");
        request.Headers.TryAddWithoutValidation("Authorization", AdminKey);
        request.Content = JsonContent.Create(new { reference, amount, reason });
        using var response = await this[engine].Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>A request as a tenant's; the answer's status and body.</summary>
    internal async Task<(int Status, string Body)> Ask(
        string engine, string method, string path, string tenant, string? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", KeyOf(tenant));
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var client = new HttpClient { BaseAddress = this[engine].Http.BaseAddress, Timeout = Deadline.Longest };
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends one message by One API that must be taken; its id.</summary>
    internal async Task<string> Sent(string engine, string tenant, string to, string more = "", string text = "x")
    {
        var (status, body) = await Ask(
            engine, "POST", "/v1/message", tenant,
            $$"""{"messages":[{"to":"{{to}}","content":"{{text}}"{{more}}}]}""");
        Assert.Equal(202, status);
        return (string)JsonNode.Parse(body)!["messages"]![0]!["apiMessageId"]!;
    }

    internal Task Becomes(string engine, string id, string status, string tenant) =>
        this[engine].Becomes(id, status, KeyOf(tenant));

    /// <summary>What messages were charged and what the books say is the same, and the books are sound.</summary>
    internal async Task Agrees(string engine)
    {
        var services = this[engine].Services;
        var lines = await services.GetRequiredService<CreditCheck>().Run(default);
        Assert.Equal(Tenants.Length, lines.Count);
        Assert.All(lines, line => Assert.Equal((line.TenantId, line.Booked), (line.TenantId, line.Charged)));
        Assert.Empty((await services.GetRequiredService<BookCheck>().Run(default)).Findings);
    }

    private static string ApiIdOf(string tenant) =>
        $"{7001 + Array.FindIndex(Tenants, t => t.StartsWith(tenant + "|", StringComparison.Ordinal))}";

    private static CommandStatus? Answer(Submitted part) => part.To[^2..] switch
    {
        "11" => CommandStatus.InvalidDestinationAddress,
        "12" when part.Content[5] > 1 => CommandStatus.InvalidDestinationAddress,
        "13" => null,
        _ => CommandStatus.Ok,
    };

    private static string Provisioning(int port)
    {
        var tenants = string.Concat(Tenants.Select(t => t.Split('|')).Select(t => $$"""

              - name: {{t[0]}}
                credit: { currency: EUR, {{t[2]}} }
                {{t[1]}}
                integrations:
                  - name: main
                    keys: ["{{KeyOf(t[0])}}"]
                    requestsPerSecond: 0
                    account: { apiId: "{{ApiIdOf(t[0])}}", user: {{t[0]}}, password: secret12 }
            """));
        return $$"""
            adminKeys: ["{{AdminKey}}"]
            priceLists:
              - name: standard
                currency: EUR
                default: 0.05
                prices:
                  - { country: ZA, perPart: 0.02 }
                  - { country: ZA, perPart: 0.018, fromParts: 2 }
                  - { prefixes: ["+2782"], operator: "65501", perPart: 0.015 }
                  - { country: US, perPart: 0.01 }
            tenants:{{tenants}}
              - name: plain
                balance: { amount: 1, currency: EUR }
                integrations: [{ name: main, keys: ["{{KeyOf("plain")}}"], requestsPerSecond: 0 }]
            carriers:
              - { name: taker, host: 127.0.0.1, port: {{port}}, systemId: parley, password: secret, window: 50 }
              - { name: dead, host: 127.0.0.1, port: 1, systemId: parley, password: secret }
            routes:
              - { name: usual, carrier: taker, prefix: "27" }
              - { name: waits, carrier: dead, prefix: "44" }
            """;
    }
}
