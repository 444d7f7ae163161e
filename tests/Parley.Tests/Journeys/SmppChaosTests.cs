using System.Collections.Concurrent;
using Parley.Sandbox;
using Parley.Smpp;
using Parley.Tests.Server.Channels.SmppServer;

namespace Parley.Tests.Journeys;

/// <summary>
/// Kills the server's process (SIGKILL) at random moments while SMPP clients submit, again and again, and then counts:
/// every submit that was answered with 0 must have its receipt. The number of kills comes from PARLEY_CHAOS_KILLS (20).
/// </summary>
public sealed class SmppChaosTests
{
    private const int Window = 20;
    private const int Sessions = 4;
    private static readonly SmppCredentials Chaos = new("chaos", "secret12", "4001");

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task No_submit_answered_with_0_is_lost_over_kills(string engineName)
    {
        var wanted = Environment.GetEnvironmentVariable("PARLEY_CHAOS_KILLS");
        var kills = wanted is { Length: > 0 } ? int.Parse(wanted, null) : 20;
        var random = new Random(33);
        await using var engine = await TestEngine.Create(engineName);
        var folder = Directory.CreateTempSubdirectory("parley-smpp-chaos-").FullName;
        var phones = new Phones(TimeProvider.System);
        await using var smsc = new SandboxSmsc(new SandboxOptions { ReceiptDelayMs = 30 }, phones, TimeProvider.System);
        var (port, smppPort) = (Ports.Free(), Ports.Free());
        var provisioning = Path.Combine(folder, "chaos.yaml");
        await File.WriteAllTextAsync(provisioning, Provisioning(smsc.Port));
        string[] settings =
        [
            "--Storage:Folder", Path.Combine(folder, "data"), "--Storage:Postgres", engine.Storage.Postgres,
            "--SmppServer:Port", $"{smppPort}",
        ];
        var accepted = new ConcurrentDictionary<string, bool>();
        var receipts = new ConcurrentDictionary<string, int>();
        var sent = 0;

        for (var round = 0; round < kills; round++)
        {
            using var server = await ServerProcess.Start(port, provisioning, "", settings);
            var enough = random.Next(50, 400);
            var before = accepted.Count;
            var load = Enumerable.Range(0, Sessions)
                .Select(_ => Load(smppPort, accepted, receipts, () => Interlocked.Increment(ref sent))).ToArray();
            await Eventually.Holds(
                () => accepted.Count - before >= enough, $"{enough} messages accepted in round {round}");
            server.Dispose();
            await Task.WhenAll(load);
        }

        using (await ServerProcess.Start(port, provisioning, "", settings))
        {
            await using var receiver = await Esme.Bound(smppPort, Chaos, CommandId.BindReceiver);
            await Eventually.Holds(
                () =>
                {
                    Take(receiver, receipts);
                    return accepted.Keys.All(receipts.ContainsKey);
                },
                "the receipt of every submit that was answered with 0", Deadline.TakenOver);
        }
        Directory.Delete(folder, recursive: true);
        TestContext.Current.SendDiagnosticMessage(
            $"smpp chaos on {engineName}: {kills} kills, {sent} submitted, {accepted.Count} answered with 0, " +
            $"{receipts.Values.Sum() - receipts.Count} receipts repeated");
        // In flight at a kill: at most what the sessions' windows held.
        Assert.InRange(receipts.Values.Sum() - receipts.Count, 0, kills * Sessions * 100 * 2);
    }

    /// <summary>Keeps a window of submits open until the connection breaks.</summary>
    private static async Task Load(
        int port, ConcurrentDictionary<string, bool> accepted, ConcurrentDictionary<string, int> receipts,
        Func<int> next)
    {
        var (esme, connected) = await Esme.Try(port, Chaos);
        if (connected.Session is null) return;
        await Task.WhenAll(Enumerable.Range(0, Window).Select(async _ =>
        {
            while (true)
            {
                var number = next();
                var reply = await esme.Submit($"27999{number:D5}7", $"smpp chaos {number}");
                if (reply.Outcome != SmppOutcome.Answered) return;
                if (reply.Ok) accepted[Esme.IdOf(reply)] = true;
            }
        }));
        Take(esme, receipts);
        await esme.DisposeAsync();
    }

    private static void Take(Esme esme, ConcurrentDictionary<string, int> receipts)
    {
        while (esme.Deliveries.TryDequeue(out var got))
        {
            Assert.Equal("DELIVRD", got.Stat);
            receipts.AddOrUpdate(got.Id, 1, static (_, times) => times + 1);
        }
    }

    private static string Provisioning(int smscPort) => $$"""
        tenants:
          - name: chaos
            balance: { amount: 100, currency: USD }
            integrations:
              - name: chaos
                account: { apiId: "{{Chaos.SystemType}}", user: {{Chaos.SystemId}}, password: {{Chaos.Password}} }
        carriers:
          - { name: sandbox, host: 127.0.0.1, port: {{smscPort}}, systemId: sandbox, password: sandbox, defaultSender: Parley }
        routes:
          - { name: all, prefix: "", carrier: sandbox }
        """;
}
