using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Sandbox;

namespace Parley.Tests.Journeys;

/// <summary>
/// Kills the server's process (SIGKILL) at random moments under load, again and again, and then counts: what was answered 202 must be final and called back; what
/// was sent twice must have been in flight at a kill. The number of kills comes from PARLEY_CHAOS_KILLS (20).
/// </summary>
public sealed class ChaosTests
{
    private const int Window = 20;
    private const int Clients = 8;

    [Fact]
    public async Task Nothing_accepted_is_lost_over_kills_and_repeats_are_bounded()
    {
        var wanted = Environment.GetEnvironmentVariable("PARLEY_CHAOS_KILLS");
        var kills = wanted is { Length: > 0 } ? int.Parse(wanted, null) : 20;
        var random = new Random(20);
        var folder = Directory.CreateTempSubdirectory("parley-chaos-").FullName;
        var phones = new Phones(TimeProvider.System);
        await using var smsc = new SandboxSmsc(new SandboxOptions { ReceiptDelayMs = 30 }, phones, TimeProvider.System);
        var told = new ConcurrentDictionary<string, string>();
        await using var sink = await Sink(told);
        var port = FreePort();
        var provisioning = Path.Combine(folder, "chaos.yaml");
        await File.WriteAllTextAsync(provisioning, Provisioning(smsc.Port, sink.Urls.First()));
        var accepted = new ConcurrentBag<string>();
        var sent = 0;
        using var http =
            new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "chaos-key-0123456789==");

        for (var round = 0; round < kills; round++)
        {
            using var server = await Start(folder, provisioning, port, http);
            var enough = random.Next(20, 120);
            using var killed = new CancellationTokenSource();
            var before = accepted.Count;
            var load = Enumerable.Range(0, Clients)
                .Select(_ => Load(http, accepted, () => Interlocked.Increment(ref sent), killed.Token)).ToArray();
            await Eventually.Holds(
                () => accepted.Count - before >= enough, $"{enough} messages accepted in round {round}");
            server.Dispose();
            await killed.CancelAsync();
            await Task.WhenAll(load);
        }

        using (await Start(folder, provisioning, port, http)) await AllAreTold(accepted, told);
        Directory.Delete(folder, recursive: true);

        var repeats = smsc.Submitted - phones.DistinctTexts;
        TestContext.Current.SendDiagnosticMessage(
            $"chaos: {kills} kills, {accepted.Count} accepted, {smsc.Submitted} submitted, {repeats} repeated");
        // In flight at a kill: at most the window, and as many answers again that one flush had not committed.
        Assert.InRange(repeats, 0, kills * Window * 2);
    }

    private static async Task AllAreTold(
        System.Collections.Concurrent.ConcurrentBag<string> accepted, ConcurrentDictionary<string, string> told)
    {
        List<string> Open() => [.. accepted.Where(id => told.GetValueOrDefault(id) != "DEVICE_ACK")];
        try
        {
            await Eventually.Holds(() => Open().Count == 0, "every accepted message is final and called back");
        }
        catch (Xunit.Sdk.XunitException)
        {
            Assert.Fail($"Not final and called back: {Open().Count} of {accepted.Count}, such as {Open().FirstOrDefault()}");
        }
    }

    private static async Task Load(
        HttpClient http, ConcurrentBag<string> accepted, Func<int> next, CancellationToken killed)
    {
        while (!killed.IsCancellationRequested)
        {
            try
            {
                var number = next();
                using var response = await http.PostAsync("/v1/message", new StringContent($$"""{"messages":[{"to":"27999{{number:D5}}7","content":"chaos {{number}}"}]}"""), killed);
                if ((int)response.StatusCode != 202) continue;
                accepted.Add((string)JsonNode.Parse(
                    await response.Content.ReadAsStringAsync(killed))!["messages"]![0]!["apiMessageId"]!);
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
            {
                // Not answered: it may or may not have been accepted, and nobody was promised anything.
            }
        }
    }

    private static async Task<Victim> Start(string folder, string provisioning, int port, HttpClient http)
    {
        var assembly = typeof(Parley.Server.ParleyServer).Assembly.Location;
        var start = new ProcessStartInfo(
            "dotnet",
            [
                assembly, "--urls", $"http://127.0.0.1:{port}", "--Storage:Folder", folder,
                "--Provision", provisioning, "--Sandbox:Enabled", "false",
                "--Logging:LogLevel:Default", "Error",
            ]);
        var victim = new Victim(Process.Start(start)!);
        try
        {
            await Eventually.Holds(() => IsReady(victim, http), "the server is ready");
        }
        catch
        {
            victim.Dispose();
            throw;
        }
        return victim;
    }

    private static async Task<bool> IsReady(Victim victim, HttpClient http)
    {
        Assert.False(victim.HasExited, "The server ended by itself.");
        try
        {
            using var ready = await http.GetAsync("/health/ready");
            var text = await ready.Content.ReadAsStringAsync();
            return ready.IsSuccessStatusCode && text.Contains("\"carriersUp\":1", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<WebApplication> Sink(ConcurrentDictionary<string, string> told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/status", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            foreach (var change in body!["event"]!["messageStatusUpdate"]!.AsArray())
                told[(string)change!["messageId"]!] = (string)change["status"]!;
        });
        await app.StartAsync();
        return app;
    }

    private static string Provisioning(int smscPort, string sink) => $"""
        tenants:
          - name: chaos
            balance: {"{"} amount: 100, currency: USD {"}"}
            integrations:
              - name: chaos
                keys: ["chaos-key-0123456789=="]
                requestsPerSecond: 0
                allowPrivateTargets: true
                status: {"{"} url: "{sink}/status" {"}"}
        carriers:
          - name: sandbox
            host: 127.0.0.1
            port: {smscPort}
            systemId: sandbox
            password: sandbox
            window: {Window}
            defaultSender: Parley
        routes:
          - name: all
            prefix: ""
            carrier: sandbox
        """;

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The server's process. Disposing kills it (SIGKILL), also when the test fails meanwhile.</summary>
    private sealed class Victim(Process process) : IDisposable
    {
        public bool HasExited => process.HasExited;

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
