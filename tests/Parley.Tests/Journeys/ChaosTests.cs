using System.Collections.Concurrent;
using System.Text.Json.Nodes;
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
    private const string AdminKey = "chaos-admin-key-0123==";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Nothing_accepted_is_lost_over_kills_and_repeats_are_bounded(string engineName)
    {
        var wanted = Environment.GetEnvironmentVariable("PARLEY_CHAOS_KILLS");
        var kills = wanted is { Length: > 0 } ? int.Parse(wanted, null) : 20;
        var random = new Random(20);
        await using var engine = await TestEngine.Create(engineName);
        var folder = Directory.CreateTempSubdirectory("parley-chaos-").FullName;
        var phones = new Phones(TimeProvider.System);
        await using var smsc = new SandboxSmsc(new SandboxOptions { ReceiptDelayMs = 30 }, phones, TimeProvider.System);
        await using var sink = await StatusSink.Start();
        var port = Ports.Free();
        var provisioning = Path.Combine(folder, "chaos.yaml");
        await File.WriteAllTextAsync(provisioning, Provisioning(smsc.Port, sink.Url));
        string[] storage =
            ["--Storage:Folder", Path.Combine(folder, "data"), "--Storage:Postgres", engine.Storage.Postgres];
        var accepted = new ConcurrentBag<string>();
        var sent = 0;
        using var http =
            new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "chaos-key-0123456789==");

        for (var round = 0; round < kills; round++)
        {
            using var server = await ServerProcess.Start(port, provisioning, "", storage);
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

        using (await ServerProcess.Start(port, provisioning, "", storage))
            await sink.AllAre(accepted, "DEVICE_ACK", id => Story(http, id), Deadline.TakenOver);
        Directory.Delete(folder, recursive: true);

        var repeats = smsc.Submitted - phones.DistinctTexts;
        TestContext.Current.SendDiagnosticMessage(
            $"chaos on {engineName}: {kills} kills, {accepted.Count} accepted, " +
            $"{smsc.Submitted} submitted, {repeats} repeated");
        // In flight at a kill: at most the window, and as many answers again that one flush had not committed.
        Assert.InRange(repeats, 0, kills * Window * 2);
    }

    private static async Task<string> Story(HttpClient http, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/admin/v1/messages/{id}");
        request.Headers.TryAddWithoutValidation("Authorization", AdminKey);
        using var response = await http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
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

    private static string Provisioning(int smscPort, string sink) => $"""
        adminKeys: ["{AdminKey}"]
        tenants:
          - name: chaos
            balance: {"{"} amount: 100, currency: USD {"}"}
            integrations:
              - name: chaos
                keys: ["chaos-key-0123456789=="]
                requestsPerSecond: 0
                allowPrivateTargets: true
                status: {"{"} url: "{sink}" {"}"}
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
}
