using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Parley.Server.Tenants;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class CallbackSenderTests
{
    private const string Old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string New = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Signs_with_every_valid_secret(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world =
            await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url) with { SigningSecrets = [New, Old] });
        world.Hand(world.Change("m1"));
        var received = await receiver.Next();
        Assert.Equal("m1-2", received.Headers["webhook-id"]);
        Assert.Equal(WebhooksWorld.Birth.ToUnixTimeSeconds().ToString(), received.Headers["webhook-timestamp"]);
        Assert.Equal([Signature(received, New), Signature(received, Old)],
            received.Headers["webhook-signature"].Split(' '));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Takes_a_changed_secret_into_use_at_once(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var integration = WebhooksWorld.To(receiver.Url) with { SigningSecrets = [Old] };
        await using var world = await WebhooksWorld.Start(engine, integration);
        world.Hand(world.Change("m1"));
        var first = await receiver.Next();
        Assert.Equal(Signature(first, Old), first.Headers["webhook-signature"]);
        world.Provision(integration with { SigningSecrets = [New] });
        world.Hand(world.Change("m2"));
        var second = await receiver.Next();
        Assert.Equal(Signature(second, New), second.Headers["webhook-signature"]);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Without_a_secret_nothing_is_signed(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        var received = await receiver.Next();
        Assert.False(received.Headers.ContainsKey("webhook-signature"));
        Assert.False(received.Headers.ContainsKey("authorization"));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Sends_basic_credentials(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var integration =
            WebhooksWorld.To(receiver.Url) with { Status = new CallbackTarget(receiver.Url, "anna", "pä:ss") };
        await using var world = await WebhooksWorld.Start(engine, integration);
        world.Hand(world.Change("m1"));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:pä:ss")),
            (await receiver.Next()).Headers["authorization"]);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Refuses_a_private_address_behind_whatever_name(string host)
    {
        await using var receiver = await CallbackReceiver.Start();
        var integration = WebhooksWorld.To($"http://{host}:{receiver.Port}/hook") with { AllowPrivateTargets = false };
        await using var world = await WebhooksWorld.Start("sqlite", integration);
        world.Hand(world.Change("m1"));
        Assert.False((await world.Settled()).Told);
        Assert.Contains("not public", (await world.Deliveries.Show("m1-2", CancellationToken.None))!.LastError,
            StringComparison.Ordinal);
        Assert.True(receiver.Nothing);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_dead_port_is_a_failure_with_its_reason(string engine)
    {
        await using var world = await WebhooksWorld.Start(
            engine, WebhooksWorld.To($"http://127.0.0.1:{Ports.Free()}/dead"));
        world.Hand(world.Change("m1"));
        Assert.False((await world.Settled()).Told);
        var delivery = await world.Deliveries.Show("m1-2", CancellationToken.None);
        Assert.Null(delivery!.LastStatus);
        Assert.Contains("refused", delivery.LastError, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_endless_answer_is_not_read(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Script = async (_, http) =>
        {
            var chunk = new byte[1024];
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
        };
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        Assert.True((await world.Settled()).Told);
        receiver.Answers(204);
        world.Hand(world.Change("m2"));
        Assert.True((await world.Settled()).Told);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_address_that_is_no_address_fails_without_a_request(string engine)
    {
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To("ftp://example.org/"));
        world.Hand(world.Change("m1"));
        Assert.False((await world.Settled()).Told);
        Assert.Contains("no http", (await world.Deliveries.Show("m1-2", CancellationToken.None))!.LastError,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Passes_the_trace_on_while_somebody_listens(string engine)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Parley.Webhooks",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", (await receiver.Next()).Headers["traceparent"]);
    }

    private static string Signature(ReceivedCallback received, string secret)
    {
        using var mac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var signed = $"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Text}";
        return "v1," + Convert.ToBase64String(mac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
    }
}
