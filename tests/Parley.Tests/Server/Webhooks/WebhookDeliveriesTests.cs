using Parley.Platform;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhookDeliveriesTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Finds_by_integration_message_state_and_time(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(302, 500);
        await using var world =
            await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url), WebhooksWorld.To(receiver.Url, "int-2"));
        await Settle(world, "m1");
        world.Time.Advance(TimeSpan.FromSeconds(10));
        var middle = world.Time.NowMicros();
        await Settle(world, "m2");
        await Settle(world, "m3", "int-2");
        Assert.Equal(["m2-2", "m1-2"], await Found(world, new("int-1", null, null, null, null, 0)));
        Assert.Equal(["m3-2", "m2-2", "m1-2"], await Found(world, new(null, null, null, null, null, 0)));
        Assert.Equal(["m2-2"], await Found(world, new(null, "m2", null, null, null, 0)));
        Assert.Equal(["m1-2"], await Found(world, new("int-1", null, DeliveryStates.Dead, null, null, 0)));
        Assert.Equal(["m2-2"], await Found(world, new("int-1", null, null, middle, null, 0)));
        Assert.Equal(["m1-2"], await Found(world, new("int-1", null, null, null, middle, 0)));
        Assert.Empty(await Found(world, new("int-1", null, null, null, null, 1)));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Replays_a_dead_one_from_the_start_of_its_schedule(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(302, 500, 200);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        await Settle(world, "m1");
        var first = await receiver.Next();
        Assert.Equal(DeliveryStates.Pending,
            (await world.Deliveries.Replay("m1-2", CancellationToken.None)).Value!.State);
        Assert.Equal(first.Text, (await receiver.Next()).Text);
        var failed = await world.Delivery("m1-2", d => d.Attempts == 2, "tried twice");
        Assert.InRange(failed.NextAt!.Value - failed.LastAttemptAt!.Value, 120_000_000, 130_000_000);
        Assert.Equal(first.Id, (await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the retry")).Id);
        await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered, "delivered");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_waiting_one_is_tried_at_once_by_hand(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        await Settle(world, "m1");
        await receiver.Next();
        await world.Deliveries.Replay("m1-2", CancellationToken.None);
        await world.After(TimeSpan.Zero, receiver.Next(), "the attempt by hand");
        var delivered = await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered, "delivered");
        Assert.InRange(delivered.DeliveredAt!.Value - delivered.CreatedAt, 0, 60_000_000);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Replays_a_range_in_batches_and_counts_it(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        var from = world.Time.NowMicros();
        for (var i = 0; i < 450; i++) await world.Receive(WebhookJobTests.Inbound($"mo{i}"));
        for (var i = 0; i < 450; i++) await receiver.Next();
        for (var i = 0; i < 450; i++)
            await world.Delivery($"mo{i}-mo", d => d.State == DeliveryStates.Delivered, "delivered");
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var to = world.Time.NowMicros();
        await world.Receive(WebhookJobTests.Inbound("later"));
        await receiver.Next();
        await world.Delivery("later-mo", d => d.State == DeliveryStates.Delivered, "delivered");
        Assert.Equal(0, await world.Deliveries.ReplayRange("int-1", from, to, [DeliveryStates.Dead],
            CancellationToken.None));
        Assert.Equal(450, await world.Deliveries.ReplayRange("int-1", from, to, [DeliveryStates.Delivered],
            CancellationToken.None));
        var again = new HashSet<string>();
        for (var i = 0; i < 450; i++) again.Add((await receiver.Next()).Id);
        Assert.Equal(450, again.Count);
        Assert.DoesNotContain("later-mo", again);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Replays_a_status_that_its_first_attempt_told(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world =
            await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url), WebhooksWorld.To("", "silent"));
        var change = world.Change("m1");
        world.Hand(change);
        var first = await receiver.Next();
        Assert.True((await world.Settled()).Told);
        for (var time = 1; time <= 2; time++)
        {
            Assert.True((await world.Deliveries.ReplayStatus(change, CancellationToken.None)).Ok);
            var again = await receiver.Next();
            Assert.Equal((first.Id, first.Text), (again.Id, again.Text));
            await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered && d.Attempts == time, "delivered");
        }
        var refused =
            await world.Deliveries.ReplayStatus(world.Change("m2", integration: "silent"), CancellationToken.None);
        Assert.Equal("webhook.no-address", refused.Refusal!.Code);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Refuses_what_is_unknown(string engine)
    {
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(""));
        Assert.Equal("webhook.delivery-unknown",
            (await world.Deliveries.Replay("nothing", CancellationToken.None)).Refusal!.Code);
        Assert.Equal("webhook.endpoint-unknown",
            (await world.Deliveries.Pause("nothing", CancellationToken.None)).Refusal!.Code);
        Assert.Equal("webhook.endpoint-unknown",
            (await world.Deliveries.Resume("unknown:status", CancellationToken.None)).Refusal!.Code);
        Assert.Null(await world.Deliveries.Show("nothing", CancellationToken.None));
    }

    private static async Task Settle(WebhooksWorld world, string message, string integration = "int-1")
    {
        world.Hand(world.Change(message, integration: integration));
        Assert.False((await world.Settled()).Told);
    }

    private static async Task<IEnumerable<string>> Found(WebhooksWorld world, DeliveryQuery query) =>
        (await world.Deliveries.Search(query, CancellationToken.None)).Select(d => d.Id);
}
