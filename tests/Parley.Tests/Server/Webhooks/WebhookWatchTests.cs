using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhookWatchTests
{
    private static readonly WebhooksOptions Quick =
        new() { PauseAfterFailures = 2, PauseAfter = TimeSpan.FromMinutes(1) };

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_long_failure_pauses_and_a_probe_resumes(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 500, 500, 200);
        await using var world = await WebhooksWorld.Start(engine, Quick, WebhooksWorld.To(receiver.Url));
        await Fail(world, receiver, "m1");
        world.Time.Advance(TimeSpan.FromMinutes(1.1));
        await Fail(world, receiver, "m2");
        var endpoint = Assert.Single(await world.Deliveries.Endpoints(CancellationToken.None), e => e.Kind == "status");
        Assert.Equal(("int-1:status", "health", 2, "HTTP 500", receiver.Url),
            (endpoint.Id, endpoint.PausedBy, endpoint.Failures, endpoint.LastError, endpoint.Url));

        // While it is paused nothing goes out, neither first attempts nor retries.
        world.Hand(world.Change("m3"));
        Assert.False((await world.Settled()).Told);
        await world.After(TimeSpan.FromMinutes(5), Paused(world), "the pause in the database");
        Assert.True(receiver.Nothing);

        // The first probe fails, the second, with another one, succeeds, and all that waited follows.
        Assert.Equal("m3-2", (await world.After(TimeSpan.FromMinutes(5.5), receiver.Next(), "the first probe")).Id);
        await world.Delivery("m3-2", d => d is { Attempts: 1, State: DeliveryStates.Pending }, "tried");
        var tried = await world.Database.Read(c => WebhookStore.Load(c, "m3-2"), CancellationToken.None);
        Assert.Equal(0, tried!.Tries);
        Assert.True(receiver.Nothing);
        Assert.Equal("m1-2", (await world.After(TimeSpan.FromMinutes(10), receiver.Next(), "the second probe")).Id);
        var rest = new List<string>();
        for (var i = 0; i < 2; i++)
            rest.Add((await world.After(TimeSpan.Zero, receiver.Next(), "a callback")).Id);
        Assert.Equal(["m2-2", "m3-2"], rest.Order());
        foreach (var id in (string[])["m1-2", "m2-2", "m3-2"])
            await world.Delivery(id, d => d.State == DeliveryStates.Delivered, "delivered");
        endpoint = Assert.Single(await world.Deliveries.Endpoints(CancellationToken.None), e => e.Kind == "status");
        Assert.Equal((null, null, 0), (endpoint.PausedAt, endpoint.PausedBy, endpoint.Failures));
        world.Hand(world.Change("m4"));
        Assert.True((await world.Settled()).Told);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_a_hand_paused_stays_paused_over_a_restart_and_is_resumed_by_hand(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var before = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        Assert.NotNull((await before.Deliveries.Pause("int-1:status", CancellationToken.None)).Value!.PausedAt);
        before.Hand(before.Change("m1"));
        Assert.False((await before.Settled()).Told);
        await using var world = await before.Restart(new WebhooksOptions());
        world.Hand(world.Change("m2"));
        Assert.False((await world.Settled()).Told);
        await world.Receive(WebhookJobTests.Inbound("mo1"));
        Assert.Equal("mo1-mo", (await receiver.Next()).Id);
        Assert.True(receiver.Nothing);
        Assert.Null((await world.Deliveries.Resume("int-1:status", CancellationToken.None)).Value!.PausedAt);
        var told = new List<string>();
        for (var i = 0; i < 2; i++)
            told.Add((await world.After(TimeSpan.Zero, receiver.Next(), "a callback")).Id);
        Assert.Equal(["m1-2", "m2-2"], told.Order());
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_waits_for_a_paused_endpoint_is_dead_at_its_deadline_and_goes_after_thirty_days(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var slow = new WebhooksOptions { ProbeEvery = TimeSpan.FromDays(1) };
        await using var world = await WebhooksWorld.Start(engine, slow, WebhooksWorld.To(receiver.Url));
        await world.Deliveries.Pause("int-1:inbound", CancellationToken.None);
        await world.Receive(WebhookJobTests.Inbound("mo1"));
        await world.After(TimeSpan.FromMinutes(61),
            world.Delivery("mo1-mo", d => d.State == DeliveryStates.Dead, "dead"), "the deadline");
        Assert.True(receiver.Nothing);
        await world.Deliveries.Resume("int-1:inbound", CancellationToken.None);
        Assert.True((await world.Deliveries.Replay("mo1-mo", CancellationToken.None)).Ok);
        Assert.Equal("mo1-mo", (await receiver.Next()).Id);
        await world.Delivery("mo1-mo", d => d.State == DeliveryStates.Delivered, "delivered");
        await world.After(TimeSpan.FromDays(7.1), Gone(world, "mo1-mo"), "the removal");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Health_is_remembered_over_a_restart(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500);
        var before = await WebhooksWorld.Start(engine, Quick, WebhooksWorld.To(receiver.Url));
        await Fail(before, receiver, "m1");
        await before.After(TimeSpan.FromSeconds(6), Remembered(before), "the health in the database");
        await using var world = await before.Restart(Quick);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await Fail(world, receiver, "m2");
        Assert.Contains(await world.Deliveries.Endpoints(CancellationToken.None),
            e => e is { Id: "int-1:status", PausedBy: "health" });
    }

    [Fact]
    public async Task A_pause_and_a_resume_on_one_node_reach_the_other()
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var one = await WebhooksWorld.Start("postgres", WebhooksWorld.To(receiver.Url));
        await using var other = await one.AnotherNode(new WebhooksOptions());
        var endpoint = other.Get<Endpoints>().Of("int-1", CallbackKind.Status);
        await one.Deliveries.Pause(endpoint.Id, CancellationToken.None);
        await one.After(TimeSpan.FromSeconds(5), Turned(endpoint, paused: true), "the pause");
        other.Hand(other.Change("m1"));
        Assert.False((await other.Settled()).Told);
        Assert.True(receiver.Nothing);
        await one.Deliveries.Resume(endpoint.Id, CancellationToken.None);
        await one.After(TimeSpan.FromSeconds(5), Turned(endpoint, paused: false), "the resume");
        Assert.Equal("m1-2", (await one.After(TimeSpan.Zero, receiver.Next(), "what waited")).Id);
        other.Hand(other.Change("m2"));
        Assert.True((await other.Settled()).Told);
    }

    [Fact]
    public async Task A_resume_stands_also_on_a_node_that_has_not_heard_of_the_pause()
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var one = await WebhooksWorld.Start("postgres", WebhooksWorld.To(receiver.Url));
        await using var other = await one.AnotherNode(new WebhooksOptions());
        var endpoint = one.Get<Endpoints>().Of("int-1", CallbackKind.Status);
        await one.Deliveries.Pause(endpoint.Id, CancellationToken.None);
        Assert.False(other.Get<Endpoints>().Of("int-1", CallbackKind.Status).Paused);
        await other.Deliveries.Resume(endpoint.Id, CancellationToken.None);
        await one.After(TimeSpan.FromSeconds(5), Turned(endpoint, paused: false), "the resume");
        Assert.Empty(await one.Database.Read(EndpointStore.Paused, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_hand_has_paused_is_not_resumed_by_the_health_of_a_node_that_has_not_heard_of_it()
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 500, 200);
        await using var one = await WebhooksWorld.Start("postgres", Quick, WebhooksWorld.To(receiver.Url));
        await using var other = await one.AnotherNode(Quick);
        await Fail(one, receiver, "m1");
        one.Time.Advance(TimeSpan.FromMinutes(1.1));
        await Fail(one, receiver, "m2");
        await one.After(TimeSpan.FromSeconds(5), Paused(one), "the pause in the database");
        var endpoint = one.Get<Endpoints>().Of("int-1", CallbackKind.Status);
        await other.Deliveries.Pause(endpoint.Id, CancellationToken.None);
        // A callback that was under way succeeds, here.
        var waits = await one.Database.Read(c => WebhookStore.Load(c, "m1-2"), CancellationToken.None);
        await one.Get<WebhookJob>().Attempt(waits!, endpoint);
        Assert.False(endpoint.Paused);
        await one.After(TimeSpan.FromSeconds(5), Turned(endpoint, paused: true), "the hand's pause");
        var row = Assert.Single(await one.Database.Read(EndpointStore.Paused, CancellationToken.None));
        Assert.Equal((EndpointHealth.ByHand, EndpointHealth.ByHand), (row.PausedBy, endpoint.Row().PausedBy));
    }

    private static async Task<bool> Turned(Endpoint endpoint, bool paused)
    {
        while (endpoint.Paused != paused) await Task.Yield();
        return true;
    }

    private static async Task Fail(WebhooksWorld world, CallbackReceiver receiver, string message)
    {
        world.Hand(world.Change(message));
        await receiver.Next();
        Assert.False((await world.Settled()).Told);
    }

    private static Task<bool> Paused(WebhooksWorld world) => InDatabase(world, row => row.PausedAt is not null);

    private static Task<bool> Remembered(WebhooksWorld world) => InDatabase(world, row => row.Failures == 1);

    private static async Task<bool> InDatabase(WebhooksWorld world, Func<EndpointRow, bool> condition)
    {
        while (!(await world.Database.Read(EndpointStore.All, CancellationToken.None)).Any(condition))
            await Task.Yield();
        return true;
    }

    private static async Task<bool> Gone(WebhooksWorld world, string id)
    {
        while (await world.Deliveries.Show(id, CancellationToken.None) is not null) await Task.Yield();
        return true;
    }
}
