using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>
/// A server per engine with an account for every reason why a request is refused, and a scripted SMSC that takes what goes to
/// 27…; nothing else is routed. Some numbers are blocked (…121), opted out (…122) or delisted (…128).
/// </summary>
public sealed class LegacyWorld : IAsyncLifetime
{
    public const string Key = "legacy-key-00000000001==";
    public const string TwoWayKey = "legacy-key-00000000002==";
    public const string ClosedKey = "legacy-key-00000000003==";
    public const string ElsewhereKey = "legacy-key-00000000004==";
    public const string SlowKey = "legacy-key-00000000005==";
    public const string PoorKey = "legacy-key-00000000006==";
    public const string SleepingKey = "legacy-key-00000000007==";
    public const string Usual = "user=usual&password=secret-1&api_id=11";
    public const string TwoWay = "user=two&password=secret-2&api_id=12";
    public const string Closed = "user=closed&password=secret-3&api_id=13";
    public const string Elsewhere = "user=far&password=secret-4&api_id=14";
    public const string Slow = "user=slow&password=secret-5&api_id=15";
    public const string Poor = "user=poor&password=secret-6&api_id=16";
    public const string Raw = "user=raw&password=a+b%25c=&api_id=17";
    public const string UsualId = "rich-usual";
    public const string TwoWayId = "rich-two-way";

    private readonly Dictionary<string, (RunningServer Server, ScriptedSmsc Smsc)> _worlds = [];
    private string _folder = "";

    internal RunningServer this[string engine] => _worlds[engine].Server;

    internal ScriptedSmsc Smsc(string engine) => _worlds[engine].Smsc;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("parley-legacy-").FullName;
        foreach (var engine in TestEngine.All)
        {
            var smsc = new ScriptedSmsc();
            var file = Path.Combine(_folder, engine.Data + ".yaml");
            await File.WriteAllTextAsync(file, Provisioning(smsc.Port));
            var server = await RunningServer.Start(engine.Data, "--provision", file);
            server.Services.GetRequiredService<Screening>().Add(new ByNumber());
            _worlds[engine.Data] = (server, smsc);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, smsc) in _worlds.Values)
        {
            await server.DisposeAsync();
            await smsc.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A legacy HTTP request by GET, or by POST when there is a form; the answer's text.</summary>
    internal async Task<string> Http(string engine, string address, string? form = null)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, address);
        if (form is not null)
            request.Content = new StringContent(form, Encoding.Latin1, "application/x-www-form-urlencoded");
        using var response = await Send(engine, request);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>The same, refused with an error.</summary>
    internal async Task Refuses(string number, string engine, string address, string? form = null) =>
        Assert.Matches($"^ERR: {number}, [^:,\n]+$", await Http(engine, address, form));

    /// <summary>Sends one message by legacy HTTP, with further parameters; its id.</summary>
    internal async Task<string> SendOne(string engine, string more, string account = Usual)
    {
        var line = await Http(engine, $"/http/sendmsg?{account}&{more}");
        Assert.Matches("^ID: [0-9a-f]{32}$", line);
        return line[4..];
    }

    /// <summary>A request as it stands; the answer's status and body.</summary>
    internal async Task<(int Status, string Body, HttpResponseMessage Response)> Rest(
        string engine, string method, string path, string? body = null, string? key = "Bearer " + Key,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        if (body is not null)
            request.Content = new StringContent(
                body, Encoding.UTF8, body.StartsWith('<') ? "application/xml" : "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await Send(engine, request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>The octets of a request (Latin-1) on a connection of its own; all of the answer.</summary>
    internal async Task<string> Bytes(string engine, string head, string body = "")
    {
        using var client = new TcpClient();
        var address = this[engine].Http.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes($"{head}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await Deadline.For(reader.ReadToEndAsync(), "the answer");
    }

    /// <summary>A message as it is stored.</summary>
    internal async Task<Message> Stored(string engine, string id, string integrationId = UsualId)
    {
        var queries = this[engine].Services.GetRequiredService<MessageQueries>();
        return (await queries.Find(integrationId, id, default))!.Message;
    }

    /// <summary>What the carrier got for a number, once it has so many parts.</summary>
    internal async Task<IReadOnlyList<Submitted>> Arrived(string engine, string number, int parts = 1)
    {
        List<Submitted> Of() => [.. Smsc(engine).All.Where(s => s.To == number)];
        await Eventually.Holds(() => Of().Count >= parts, $"{parts} parts for {number}");
        return Of();
    }

    private async Task<HttpResponseMessage> Send(string engine, HttpRequestMessage request)
    {
        using var client = new HttpClient { BaseAddress = this[engine].Http.BaseAddress, Timeout = Deadline.Longest };
        return await client.SendAsync(request);
    }

    private static string Provisioning(int port) => $$"""
        tenants:
          - name: rich
            balance: { amount: 12.34, currency: EUR }
            price: { perPart: 0.05, perCredit: 0.04 }
            integrations:
              - { name: usual, keys: ["{{Key}}"], requestsPerSecond: 0, account: { apiId: "11", user: usual, password: secret-1 } }
              - name: two-way
                keys: ["{{TwoWayKey}}"]
                requestsPerSecond: 0
                twoWay: true
                account: { apiId: "12", user: two, password: secret-2 }
                senders: ["Parley", "12025550101", { address: "12025550102", suspended: true }]
              - { name: far, keys: ["{{ElsewhereKey}}"], allowedNetworks: ["203.0.113.0/24"], account: { apiId: "14", user: far, password: secret-4 } }
              - { name: slow, keys: ["{{SlowKey}}"], requestsPerSecond: 1, account: { apiId: "15", user: slow, password: secret-5 } }
              - { name: sleeping, keys: ["{{SleepingKey}}"], active: false }
              - { name: raw, account: { apiId: "17", user: raw, password: "a+b%c=" } }
          - name: closed
            active: false
            integrations: [{ name: closed, keys: ["{{ClosedKey}}"], account: { apiId: "13", user: closed, password: secret-3 } }]
          - name: poor
            balance: { amount: 0, currency: USD }
            integrations: [{ name: poor, keys: ["{{PoorKey}}"], account: { apiId: "16", user: poor, password: secret-6 } }]
        carriers:
          - { name: scripted, host: 127.0.0.1, port: {{port}}, systemId: parley, password: secret, window: 50 }
        routes:
          - { name: usual, carrier: scripted, prefix: "27" }
        """;

    private sealed class ByNumber : Screen
    {
        public override Refusal? Check(Integration integration, string from, string to) => to[^3..] switch
        {
            "121" => new(MessageRefusals.Blocked, "The recipient is blocked."),
            "122" => new(MessageRefusals.OptedOut, "The recipient has opted out."),
            "128" => new(MessageRefusals.Delisted, "The recipient is delisted."),
            _ => null,
        };
    }
}
