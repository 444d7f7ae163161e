using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Sandbox;
using Parley.Server;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Marketplace;

/// <summary>The server with its sandbox bank, suppliers and demo client, reached through the marketplace's doors.</summary>
internal sealed class MarketWorld : IAsyncDisposable
{
    public const string Base = "/apiman-gateway/PaydServices";
    public const string TokenPath = "/auth/realms/UAT-API/protocol/openid-connect/token";
    public const string Reserve = "/reserve-and-transact/1.0", Transact = "/transact/1.0";

    private readonly string _key, _secret;
    private readonly int _client;
    private Tuple<string, DateTimeOffset>? _token;

    private MarketWorld(RunningServer server, int client, string key, string secret) =>
        (Server, _client, _key, _secret) = (server, client, key, secret);

    public RunningServer Server { get; }

    public string Key => _key;

    public SandboxBank Bank => Server.Services.GetRequiredService<SandboxBank>();

    public SandboxSuppliers Suppliers => Server.Services.GetRequiredService<SandboxSuppliers>();

    public Database Database => Server.Services.GetRequiredService<Database>();

    public static async Task<MarketWorld> Start(string engine, params string[] settings)
    {
        var server = await RunningServer.Start(engine, settings);
        var key = DemoKey.ReadOrMake(server.Services.GetRequiredService<ParleyOptions>().Storage.Folder);
        return new(server, 412, key, "market-" + key);
    }

    /// <summary>The same for a client that is provisioned; disposing it disposes the server.</summary>
    public static MarketWorld Of(RunningServer server, int client, string key, string secret) =>
        new(server, client, key, secret);

    /// <summary>An order: electricity for 2,000.00 naira with its fee of 5 %.</summary>
    public string Order(
        string reference, string target = "45701122334", string source = "2348030000111", int product = 1701,
        string amount = "200000", string fee = "10000", string more = "") =>
        $$"""
        {"clientId":{{_client}},"clientTxnRef":"{{reference}}","productId":{{product}},"purchaseAmount":{{amount}},
         "feeAmount":{{fee}},"channelId":7,"channelName":"USSD","channelSessionId":"88120045",
         "sourceIdentifier":"{{source}}","targetIdentifier":"{{target}}"{{more}}}
        """;

    /// <summary>A token, asked for again before it ends.</summary>
    public async Task<string> Token()
    {
        var now = Server.Clock.GetUtcNow();
        if (_token is var (known, until) && now < until) return known;
        var text = (string)(await AskToken(_secret)).Body["access_token"]!;
        _token = Tuple.Create(text, now + TimeSpan.FromSeconds(240));
        return text;
    }

    /// <summary>Time passes, and the token with it.</summary>
    public void Jump(TimeSpan by)
    {
        Server.Clock.Jump(by);
        _token = null;
    }

    public async Task<(int Status, JsonNode Body)> AskToken(
        string secret, string grant = "client_credentials", string? client = null, string? refresh = null)
    {
        var form = new Dictionary<string, string>
        {
            ["client_id"] = client ?? $"{_client}",
            ["client_secret"] = secret,
            ["grant_type"] = grant,
        };
        if (refresh is not null) form["refresh_token"] = refresh;
        using var response = await Server.Http.PostAsync(TokenPath, new FormUrlEncodedContent(form));
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public Task<(int Status, JsonNode? Body)> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<(int Status, JsonNode? Body)> Post(string path, string json, string? signature = null) =>
        Send(HttpMethod.Post, path, json, signature);

    public async Task<(int Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string? json, string? signature = null, string? token = null,
            string? key = null)
    {
        using var request = new HttpRequestMessage(method, Base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await Token());
        if (key != "") request.Headers.Add("X-API-Key", key ?? _key);
        if (signature is not null) request.Headers.Add("Signature", signature);
        if (json is not null) request.Content = new StringContent(json, null, "application/json");
        using var response = await Server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>Buys; the reply must have the status and code. Answers our reference, empty when there is none.</summary>
    public async Task<string> Buys(string path, string order, int status, string code)
    {
        var (http, body) = await Post(path, order);
        Assert.True(http == status && (string?)body!["responseCode"] == code, $"{http} {body}");
        return (string?)body["raasTxnRef"] ?? "";
    }

    public async Task<JsonNode> Lookup(string reference)
    {
        var (status, body) = await Get($"/lookup-api/2.0?clientId={_client}&raasTxnRef={reference}");
        Assert.Equal(200, status);
        return body!;
    }

    /// <summary>Waits for the outcome: its code, as it was told.</summary>
    public async Task Ends(string reference, string status, string? code)
    {
        JsonNode? found = null;
        await Eventually.Holds(async () =>
        {
            found = await Lookup(reference);
            return (string?)found["transactionStatus"] != "PENDING";
        }, $"purchase {reference} ends");
        Assert.Equal(
            (status, code), ((string)found!["transactionStatus"]!, (string?)found["transactResultResponseCode"]));
    }

    /// <summary>Waits until the outcome was told so often.</summary>
    public Task Told(string reference, int times = 1) =>
        Eventually.Holds(() => Bank.ResultsOf(reference).Count == times,
            $"the outcome of {reference} is told {times} times");

    public async Task<JsonNode> Admin(HttpMethod method, string path, string? json = null)
    {
        var folder = Server.Services.GetRequiredService<ParleyOptions>().Storage.Folder;
        using var request = new HttpRequestMessage(method, "/admin/v1/marketplace" + path);
        request.Headers.TryAddWithoutValidation("Authorization", DemoKey.ReadOrMake(folder, DemoKey.AdminFileName));
        if (json is not null) request.Content = new StringContent(json, null, "application/json");
        using var response = await Server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? new JsonObject { ["status"] = (int)response.StatusCode } : JsonNode.Parse(text)!;
    }

    public async Task<long> Posted(string account) =>
        (await Server.Services.GetRequiredService<Books>().Find(account, CancellationToken.None))?.Posted ?? 0;

    /// <summary>Balances rebuilt from the transfers are those that stand.</summary>
    public async Task BooksBalance()
    {
        var check = await Server.Services.GetRequiredService<BookCheck>().Run(CancellationToken.None);
        Assert.True(check.Sound, string.Join('\n', check.Findings));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
