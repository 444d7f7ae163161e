using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Parley.Sandbox;
using Parley.Server;
using Parley.Server.Provisioning;

namespace Parley.Tests.Support;

/// <summary>
/// The whole server in this process with its sandbox world, on a database of its own, reached through its doors: the
/// one way a test runs the server.
/// </summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TestEngine _engine;
    private readonly string _folder;
    private readonly string[] _settings;
    private WebApplication _app;
    private bool _isGuest;

    private RunningServer(
        TestEngine engine, string folder, string[] settings, JumpingClock clock, WebApplication app) =>
        (_engine, _folder, _settings, Clock, _app, Http) = (engine, folder, settings, clock, app, Client(app, null));

    public HttpClient Http { get; private set; }

    /// <summary>The server's clock.</summary>
    public JumpingClock Clock { get; }

    public TestEngine Engine => _engine;

    /// <summary>Its data folder, where the demo's keys are.</summary>
    public string Folder => Services.GetRequiredService<ParleyOptions>().Storage.Folder;

    public SandboxSmsc Smsc => _app.Services.GetRequiredService<SandboxSmsc>();

    public Phones Phones => _app.Services.GetRequiredService<Phones>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it; settings are those of the command line and win over the tests' own.</summary>
    public static async Task<RunningServer> Start(string engineName, params string[] settings)
    {
        var engine = await TestEngine.Create(engineName);
        var folder = Directory.CreateTempSubdirectory("parley-journey-").FullName;
        var clock = new JumpingClock();
        return new RunningServer(engine, folder, settings, clock, await Launch(engine, folder, settings, clock));
    }

    /// <summary>Another node on the same database (PostgreSQL); dispose it first.</summary>
    public async Task<RunningServer> Beside(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("parley-journey-").FullName;
        var app = await Launch(_engine, folder, settings, Clock);
        return new RunningServer(_engine, folder, settings, Clock, app) { _isGuest = true };
    }

    /// <summary>From now on requests carry this API key instead of the sandbox's.</summary>
    public void Use(string key)
    {
        Http.Dispose();
        Http = Client(_app, key);
    }

    /// <summary>Stops in order and starts again on the same database; the sandbox is a new one.</summary>
    public async Task Restart()
    {
        var key = Http.DefaultRequestHeaders.GetValues("Authorization").Single();
        await Stop();
        _app = await Launch(_engine, _folder, _settings, Clock);
        Http = Client(_app, key);
    }

    /// <summary>Sends and answers the response's status and body.</summary>
    public async Task<(int Status, JsonNode Body)> Send(string json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/message");
        request.Content = new StringContent(json);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Sends one message and answers its id.</summary>
    public async Task<string> SendOne(string to, string content, string more = "")
    {
        var (status, body) = await Send($$"""{"messages":[{"to":"{{to}}","content":"{{content}}"{{more}}}]}""");
        Assert.Equal(202, status);
        return (string)body["messages"]![0]!["apiMessageId"]!;
    }

    /// <summary>The status of a message of the demo's integration, or of the one that the key names.</summary>
    public async Task<string> StatusOf(string id, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/message/{id}");
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", key);
        using var response = await Http.SendAsync(request);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (string)(body["sms"] ?? body)["status"]!;
    }

    public Task Becomes(string id, string status, string? key = null) =>
        Eventually.Holds(async () => await StatusOf(id, key) == status, $"message {id} becomes {status}");

    /// <summary>Callback events of a kind that the sandbox's receiver got.</summary>
    public IReadOnlyList<JsonNode> Events(string name) =>
    [
        .. _app.Services.GetRequiredService<WebhookReceiver>().Calls
            .SelectMany(c => c.Body?["event"]?[name]?.AsArray() ?? []).Select(e => e!),
    ];

    /// <summary>What the admin door answers to a request, with the key that it was given in provisioning.</summary>
    public async Task<JsonNode> Administer(HttpMethod method, string path, string key)
    {
        using var request = new HttpRequestMessage(method, "/admin/v1" + path);
        request.Headers.TryAddWithoutValidation("Authorization", key);
        using var response = await Http.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    /// <summary>The status of a GET under the admin door, with the sandbox's admin key or another.</summary>
    public async Task<int> Admin(string path, string? key = null)
    {
        var folder = Services.GetRequiredService<ParleyOptions>().Storage.Folder;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(
            "Authorization", key ?? DemoKey.ReadOrMake(folder, DemoKey.AdminFileName));
        using var response = await Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (!_isGuest) await _engine.DisposeAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>As SIGTERM does it: the doors close, what is under way ends, then everything is disposed.</summary>
    private async Task Stop()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<WebApplication> Launch(
        TestEngine engine, string folder, string[] settings, TimeProvider clock)
    {
        string[] storage = engine.Storage.Postgres.Length > 0
            ?
            [
                "--Storage:Postgres", engine.Storage.Postgres, "--Storage:Writers", $"{engine.Storage.Writers}",
                "--Storage:Folder", folder,
            ]
            : ["--Storage:Folder", Directory.CreateDirectory(engine.Storage.Folder).FullName];
        // The demo's callbacks need to know the port before the server listens.
        string[] own =
        [
            "--urls", $"http://127.0.0.1:{Ports.Free()}", "--Sandbox:ReceiptDelayMs", "20",
            "--Logging:LogLevel:Default", "Warning", "--SmppServer:Port", "0", "--SmppServer:TlsPort", "0",
            "--SmppServer:TestPort", "0", "--SmppServer:TestTlsPort", "0",
        ];
        var app = ParleyServer.Build([.. own, .. storage, .. settings], clock);
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app, string? key)
    {
        var options = app.Services.GetRequiredService<ParleyOptions>();
        var client = new HttpClient
        {
            BaseAddress = new Uri(World.ThisMachine(app.Urls.First())),
            Timeout = TimeSpan.FromSeconds(30),
        };
        client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", key ?? DemoKey.ReadOrMake(options.Storage.Folder));
        return client;
    }
}
