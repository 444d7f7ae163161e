namespace Parley.Tests.Server.Operations;

/// <summary>Alone in the process: a server that is disposed ends what all servers of the process have counted so far.</summary>
[CollectionDefinition("metrics", DisableParallelization = true)]
public sealed class Metrics;

[Collection("metrics")]
public sealed class OperationsModuleTests
{
    [Fact]
    public async Task Metrics_follow_a_message_to_its_end()
    {
        await using var server = await RunningServer.Start("sqlite");
        var id = await server.SendOne("27999000123", "counted");
        await server.SendOne("27999000001", "counted, too");
        await server.Becomes(id, "DEVICE_ACK");
        // Instruments are of the process, which other tests share.
        await Counts(server, "parley_messages_accepted_total{otel_scope_name=\"Parley.Messages\"}", 2);
        await Counts(
            server, "parley_messages_finished_total{otel_scope_name=\"Parley.Messages\",status=\"DEVICE_ACK\"}", 1);
        await Shows(server, "parley_webhooks_duration_seconds_bucket{otel_scope_name=\"Parley.Webhooks\",le=\"0.25\"}");
        await Shows(server, "parley_carrier_up{otel_scope_name=\"Parley.Server\",carrier=\"parley-sandbox\"} 1");
    }

    [Fact]
    public async Task A_receipt_that_matches_nothing_is_counted()
    {
        await using var server = await RunningServer.Start("sqlite");
        await Eventually.Holds(
            () => server.Smsc.SendReceipt("999999", "27999000123", "12025550143"), "a carrier is bound");
        await Counts(server, "parley_receipts_unmatched_total{otel_scope_name=\"Parley.Messages\"}", 1);
    }

    [Fact]
    public async Task Health_says_that_it_lives_and_what_it_can_do()
    {
        await using var server = await RunningServer.Start("sqlite");
        Assert.Equal("live", await server.Http.GetStringAsync("/health/live"));
        await Eventually.Holds(
            async () => await server.Http.GetStringAsync("/health/ready")
                == """{"ready":true,"storage":"ok","carriersUp":1,"carriers":1}""",
            "the sandbox's carrier is up");
    }

    private static Task Counts(RunningServer server, string name, long least) => Eventually.Holds(
        async () => (await server.Http.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal))
            .Any(line => long.Parse(line.Split(' ')[1], null) >= least),
        $"{name} is at least {least}");

    private static Task Shows(RunningServer server, string line) => Eventually.Holds(
        async () => (await server.Http.GetStringAsync("/metrics")).Contains(line, StringComparison.Ordinal), line);
}
