using Parley.Smpp;
using Parley.Tests.Server.Channels.SmppServer;

namespace Parley.Tests.Journeys;

/// <summary>Many sessions at once: those that do nothing don't stand in the way of those that do.</summary>
[Collection("allocations")]
public sealed class SmppSessionsTests
{
    private const int Idle = 2_000;
    private const int Busy = 200;
    private const int Each = 10;
    private const int PerClient = 300;

    [Fact]
    public async Task Two_thousand_idle_sessions_and_two_hundred_busy_ones_are_served_and_memory_stays()
    {
        var folder = Directory.CreateTempSubdirectory("parley-smpp-many-").FullName;
        var file = Path.Combine(folder, "many.yaml");
        await File.WriteAllTextAsync(file, Provisioning());
        var port = Ports.Free();
        await using (var server = await RunningServer.Start(
            "sqlite", "--provision", file, "--SmppServer:Port", $"{port}", "--SmppServer:MaxSessionsPerAddress", "5000"))
        {
            List<Esme> sessions = [];
            for (var i = 0; i < Idle + Busy; i++) sessions.Add(await Bound(port, i));
            var busy = sessions[^Busy..];
            await Work(busy, "first");
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var round = 0; round < 3; round++) await Work(busy, $"round {round}");
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.All(sessions, s => Assert.NotEqual(SmppBinding.None, s.Session.Binding));
            // What was submitted and told is in the database, not here; the phones of the sandbox remember a little.
            Assert.InRange(grown, long.MinValue, 32L << 20);
            foreach (var session in sessions) await session.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Work(List<Esme> busy, string what)
    {
        var answers = await Task.WhenAll(
            from session in busy from n in Enumerable.Range(0, Each) select session.Submit("27999000790", $"{what} {n}"));
        var ids = answers.Where(a => a.Ok).Select(Esme.IdOf).ToHashSet();
        Assert.Equal(Busy * Each, ids.Count);
        await Eventually.Holds(
            () =>
            {
                foreach (var session in busy)
                    while (session.Deliveries.TryDequeue(out var got)) ids.Remove(got.Id);
                return ids.Count == 0;
            },
            $"all receipts of {what}");
    }

    private static Task<Esme> Bound(int port, int number)
    {
        // A hundred of each kind is what a client may have; the busy ones are transceivers.
        var busy = number >= Idle;
        CommandId[] kinds = [CommandId.BindTransceiver, CommandId.BindReceiver, CommandId.BindTransmitter];
        var client = busy ? 100 + ((number - Idle) / 100) : number / PerClient;
        var kind = busy ? CommandId.BindTransceiver : kinds[number % 3];
        return Esme.Bound(port, new("many", "secret12", $"{5_000 + client}"), kind);
    }

    private static string Provisioning()
    {
        var clients = Enumerable.Range(0, (Idle / PerClient) + 1).Concat([100, 101]);
        return "tenants:\n  - name: many\n    balance: { amount: 1000, currency: EUR }\n    integrations:\n"
            + string.Concat(clients.Select(c =>
                $"      - {{ name: many-{c}, smpp: {{ binds: 100 }}, " +
                $"account: {{ apiId: \"{5_000 + c}\", user: many, password: secret12 }} }}\n"));
    }
}
