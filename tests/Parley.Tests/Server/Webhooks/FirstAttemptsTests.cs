using System.Text.Json;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class FirstAttemptsTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Tells_a_change_from_memory_and_keeps_no_row_of_it(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        var received = await receiver.Next();
        Assert.Equal("POST", received.Method);
        Assert.Equal("application/json", received.Headers["content-type"]);
        Assert.StartsWith("Parley/", received.Headers["user-agent"], StringComparison.Ordinal);
        Assert.Equal("m1-2", received.Id);
        Assert.True((await world.Settled()).Told);
        Assert.Null(await world.Deliveries.Show("m1-2", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Sends_every_documented_key(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1", MessageStatus.SentToSupplier, 1, clientId: ""));
        var json = (await receiver.Next()).Json;
        Assert.Equal("int-1", json.GetProperty("integrationId").GetString());
        Assert.Equal("Shop int-1", json.GetProperty("integrationName").GetString());
        var item = Assert.Single(json.GetProperty("event").GetProperty("messageStatusUpdate").EnumerateArray());
        Assert.Equal(
            ["channel", "messageId", "clientMessageId", "timestamp", "statusCode", "status"],
            item.EnumerateObject().Select(p => p.Name));
        Assert.Equal("sms", item.GetProperty("channel").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("clientMessageId").ValueKind);
        Assert.Equal(WebhooksWorld.Birth.ToUnixTimeMilliseconds(), item.GetProperty("timestamp").GetInt64());
        Assert.Equal(4, item.GetProperty("statusCode").GetInt32());
        Assert.Equal("SENT_TO_SUPPLIER", item.GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Settles_at_once_what_nobody_wants(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var final = WebhooksWorld.To(receiver.Url) with { StatusEvents = StatusEvents.Final };
        await using var world = await WebhooksWorld.Start(engine, final, WebhooksWorld.To("", "silent"));
        world.Hand(world.Change("m1", integration: "silent"));
        Assert.True((await world.Settled()).Told);
        world.Hand(world.Change("m2", MessageStatus.SentToSupplier, 1));
        Assert.True((await world.Settled()).Told);
        world.Hand(world.Change("m3", integration: "unknown"));
        Assert.True((await world.Settled()).Told);
        Assert.True(receiver.Nothing);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Takes_over_what_failed_with_its_first_attempt_counted(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        Assert.False((await world.Settled()).Told);
        var delivery = await world.Deliveries.Show("m1-2", CancellationToken.None);
        Assert.NotNull(delivery);
        Assert.Equal((DeliveryStates.Pending, 1, 500, "HTTP 500"),
            (delivery.State, delivery.Attempts, delivery.LastStatus, delivery.LastError));
        var wait = delivery.NextAt!.Value - delivery.LastAttemptAt!.Value;
        Assert.InRange(wait, 120_000_000, 130_000_000);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_redirect_is_dead_at_once(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Script = (_, http) =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        Assert.False((await world.Settled()).Told);
        var delivery = await world.Deliveries.Show("m1-2", CancellationToken.None);
        Assert.Equal((DeliveryStates.Dead, 302, (long?)null), (delivery!.State, delivery.LastStatus, delivery.NextAt));
        await receiver.Next();
        Assert.True(receiver.Nothing);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task No_answer_within_ten_seconds_is_a_failure(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Script = CallbackReceiver.Hang;
        await using var world =
            await WebhooksWorld.Start(engine, new WebhooksOptions(), WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        await receiver.Next();
        world.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.True(world.NothingSettled);
        world.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False((await world.Settled()).Told);
        Assert.Equal("no answer within 10 s", (await world.Deliveries.Show("m1-2", CancellationToken.None))!.LastError);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_slow_endpoint_delays_no_other_and_overflows_into_the_database(string engine)
    {
        await using var slow = await CallbackReceiver.Start();
        await using var fast = await CallbackReceiver.Start();
        using var release = new CancellationTokenSource();
        slow.Script = (_, _) => CallbackReceiver.Until(release.Token);
        var options = new WebhooksOptions { PerEndpoint = 4, WaitingPerEndpoint = 3, RetriesPerEndpoint = 1 };
        await using var world = await WebhooksWorld.Start(
            engine, options, WebhooksWorld.To(slow.Url, "slow"), WebhooksWorld.To(fast.Url, "fast"));
        for (var i = 0; i < 10; i++) world.Hand(world.Change($"s{i}", integration: "slow"));
        for (var i = 0; i < 4; i++) await slow.Next();
        for (var i = 0; i < 50; i++)
        {
            world.Hand(world.Change($"f{i}", integration: "fast"));
            await fast.Next();
        }
        // Four under way, three in memory, three in the database.
        var overflow = new List<string>();
        for (var i = 0; i < 53; i++)
        {
            var (change, told) = await world.Settled();
            Assert.Equal(change.IntegrationId == "fast", told);
            if (!told) overflow.Add(change.MessageId);
        }
        Assert.Equal(["s7", "s8", "s9"], overflow.Order());
        await release.CancelAsync();
        for (var i = 0; i < 7; i++) Assert.True((await world.Settled()).Told);
        foreach (var id in overflow)
            await world.Delivery(id + "-2", d => d.State == DeliveryStates.Delivered, "delivered");
        Assert.InRange(slow.MostUnderWay, 1, 5);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Events_that_wait_share_a_request_when_the_integration_takes_several(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        using var release = new CancellationTokenSource();
        receiver.Script = (_, _) => CallbackReceiver.Until(release.Token);
        var options = new WebhooksOptions { PerEndpoint = 1, BatchSize = 3 };
        await using var world =
            await WebhooksWorld.Start(engine, options, WebhooksWorld.To(receiver.Url) with { BatchedCallbacks = true });
        for (var i = 0; i < 6; i++) world.Hand(world.Change($"m{i}"));
        Assert.Equal(1, (await receiver.Next()).Items("messageStatusUpdate").GetArrayLength());
        await release.CancelAsync();
        var second = await receiver.Next();
        Assert.Equal(["m1", "m2", "m3"],
            second.Items("messageStatusUpdate").EnumerateArray().Select(i => i.GetProperty("messageId").GetString()!));
        Assert.Equal(2, (await receiver.Next()).Items("messageStatusUpdate").GetArrayLength());
        for (var i = 0; i < 6; i++) Assert.True((await world.Settled()).Told);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Without_the_option_each_event_has_its_own_request(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world =
            await WebhooksWorld.Start(engine, new WebhooksOptions { PerEndpoint = 1 }, WebhooksWorld.To(receiver.Url));
        for (var i = 0; i < 20; i++) world.Hand(world.Change($"m{i}"));
        for (var i = 0; i < 20; i++)
            Assert.Equal(1, (await receiver.Next()).Items("messageStatusUpdate").GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Stopping_waits_for_the_request_under_way_and_leaves_the_rest_owed(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        using var release = new CancellationTokenSource();
        receiver.Script = (_, _) => CallbackReceiver.Until(release.Token);
        await using var world =
            await WebhooksWorld.Start(engine, new WebhooksOptions { PerEndpoint = 1 }, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        world.Hand(world.Change("m2"));
        await receiver.Next();
        var stop = world.Stop();
        world.Hand(world.Change("m3"));
        Assert.False(stop.IsCompleted);
        await release.CancelAsync();
        await Deadline.For(stop, "the stop");
        Assert.Equal("m1", (await world.Settled()).Change.MessageId);
        Assert.True(world.NothingSettled);
        Assert.True(receiver.Nothing);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_stop_gives_up_a_request_that_hangs_and_it_stays_owed(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Script = CallbackReceiver.Hang;
        var options = new WebhooksOptions { StopWithin = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(60) };
        await using var world = await WebhooksWorld.Start(engine, options, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        await receiver.Next();
        await world.After(TimeSpan.Zero, Wrap(world.Stop()), "the stop");
        Assert.True(world.NothingSettled);
        Assert.Null(await world.Deliveries.Show("m1-2", CancellationToken.None));
    }

    private static async Task<bool> Wrap(Task task)
    {
        await task;
        return true;
    }
}
