using System.Text.Json;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhookJobTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Tries_again_after_two_minutes_with_the_same_id_and_body(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        var first = await receiver.Next();
        await world.Settled();
        var second = await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the second attempt");
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Text, second.Text);
        Assert.NotEqual(first.Headers["webhook-timestamp"], second.Headers["webhook-timestamp"]);
        var delivery = await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered, "delivered");
        Assert.Equal((2, 200, (string?)null), (delivery.Attempts, delivery.LastStatus, delivery.LastError));
        Assert.Equal([500, 200], delivery.History.Select(h => h.Status ?? 0));
        Assert.Equal(delivery.LastAttemptAt, delivery.DeliveredAt);
    }

    /// <summary>A node that was cut off from the database for long comes back with what it tried.</summary>
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_another_node_has_told_meanwhile_stays_told(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200, 500);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        await receiver.Next();
        await world.Settled();
        var early = await world.Database.Read(c => WebhookStore.Load(c, "m1-2"), CancellationToken.None);
        await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the second attempt");
        await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered, "delivered");
        await world.Get<WebhookJob>().Attempt(early!, world.Get<Endpoints>().Of("int-1", CallbackKind.Status));
        var after = await world.Deliveries.Show("m1-2", CancellationToken.None);
        Assert.Equal((DeliveryStates.Delivered, 2), (after!.State, after.Attempts));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_inbound_message_is_told_at_once_with_every_key(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        const string Content = "Grüße 😀 \"x\"";
        var related = Inbound("mo1") with { RelatedMessageId = "m9", RelatedClientMessageId = "c9" };
        await world.Receive(related with { Content = Content });
        var received = await receiver.Next();
        Assert.Equal("mo1-mo", received.Id);
        var item = Assert.Single(received.Items("moText").EnumerateArray());
        Assert.Equal(
            ["channel", "messageId", "relatedMessageId", "relatedClientMessageId", "from", "to", "timestamp", "content",
                "charset", "sms"],
            item.EnumerateObject().Select(p => p.Name));
        Assert.Equal(Content, item.GetProperty("content").GetString());
        Assert.Equal("UTF-8", item.GetProperty("charset").GetString());
        Assert.Equal("m9", item.GetProperty("relatedMessageId").GetString());
        Assert.Equal("c9", item.GetProperty("relatedClientMessageId").GetString());
        Assert.Equal("carrier-a", item.GetProperty("sms").GetProperty("network").GetString());
        Assert.Equal(1_767_323_045_123, item.GetProperty("timestamp").GetInt64());
        await world.Delivery("mo1-mo", d => d.State == DeliveryStates.Delivered, "delivered");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_binary_inbound_message_has_its_user_data_header(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        await world.Receive(Inbound("mo1") with { Content = "0A0B", UserDataHeader = "050003010201" });
        var item = Assert.Single((await receiver.Next()).Items("moText").EnumerateArray());
        Assert.Equal(("0A0B", "050003010201"),
            (item.GetProperty("content").GetString(), item.GetProperty("userDataHeader").GetString()));
        Assert.Equal(JsonValueKind.Null, item.GetProperty("relatedMessageId").ValueKind);
        Assert.Equal(JsonValueKind.Null, item.GetProperty("relatedClientMessageId").ValueKind);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Nobody_is_called_for_a_number_of_nobody(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world =
            await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url), WebhooksWorld.To("", "silent"));
        await world.Receive(Inbound("mo1") with { IntegrationId = null });
        await world.Receive(Inbound("mo2") with { IntegrationId = "silent" });
        await world.Receive(Inbound("mo3"));
        Assert.Equal("mo3-mo", (await receiver.Next()).Id);
        Assert.Null(await world.Deliveries.Show("mo1-mo", CancellationToken.None));
        Assert.Null(await world.Deliveries.Show("mo2-mo", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_inbound_message_is_dead_after_six_attempts_over_55_minutes(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(503);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        await world.Receive(Inbound("mo1"));
        await receiver.Next();
        var attempts = 1;
        foreach (var minutes in (int[])[2, 4, 8, 16, 25])
        {
            await world.Delivery("mo1-mo", d => d.Attempts == attempts, $"tried {attempts} times");
            await world.After(TimeSpan.FromMinutes(minutes), receiver.Next(), $"attempt {++attempts}");
        }
        var dead = await world.Delivery("mo1-mo", d => d.State == DeliveryStates.Dead, "dead");
        Assert.Equal((6, 503, (long?)null), (dead.Attempts, dead.LastStatus, dead.NextAt));
        Assert.InRange(world.Time.GetUtcNow() - WebhooksWorld.Birth, TimeSpan.FromMinutes(55),
            TimeSpan.FromMinutes(60));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_order_of_a_message_is_kept(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1", MessageStatus.SentToSupplier, 1));
        await receiver.Next();
        await world.Settled();
        world.Hand(world.Change("m1", MessageStatus.DeviceAck, 2, behind: true));
        await world.Settled();
        world.Hand(world.Change("m2"));
        Assert.Equal("m2-2", (await receiver.Next()).Id);
        var waits = await world.Delivery("m1-2", d => d.State == DeliveryStates.Pending, "pending");
        Assert.Equal(0, waits.Attempts);
        Assert.Equal("m1-1", (await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the first change")).Id);
        Assert.Equal("m1-2", (await world.After(TimeSpan.Zero, receiver.Next(), "the second change")).Id);
        await world.Delivery("m1-2", d => d is { State: DeliveryStates.Delivered, Attempts: 1 }, "delivered");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_was_taken_over_survives_a_restart(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        var before = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        before.Hand(before.Change("m1"));
        var first = await receiver.Next();
        await before.Settled();
        await using var world = await before.Restart(new WebhooksOptions());
        var second = await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the second attempt");
        Assert.Equal((first.Id, first.Text), (second.Id, second.Text));
        await world.Delivery("m1-2", d => d.State == DeliveryStates.Delivered, "delivered");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_job_that_ran_when_the_node_stopped_is_taken_up_again(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Script = CallbackReceiver.Hang;
        var before = await WebhooksWorld.Start(engine, new WebhooksOptions { StopWithin = TimeSpan.Zero },
            WebhooksWorld.To(receiver.Url));
        await before.Receive(Inbound("mo1"));
        await receiver.Next();
        receiver.Answers(200);
        before.Get<CallbackSender>().Abandon();
        await using var world = await before.Restart(new WebhooksOptions());
        Assert.Equal("mo1-mo",
            (await world.After(TimeSpan.FromSeconds(1), receiver.Next(), "the attempt after the restart")).Id);
        await world.Delivery("mo1-mo", d => d is { State: DeliveryStates.Delivered, Attempts: 1 }, "delivered");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Without_an_address_any_more_it_is_dead_with_the_reason(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        world.Hand(world.Change("m1"));
        await world.Settled();
        world.Provision(WebhooksWorld.To(""));
        var dead = await world.After(
            TimeSpan.FromMinutes(2.2), world.Delivery("m1-2", d => d.State == DeliveryStates.Dead, "dead"), "the end");
        Assert.Contains("no callback address", dead.LastError, StringComparison.Ordinal);
    }

    internal static InboundReceived Inbound(string id) => new(
        id, "int-1", null, null, "27831234567", "27820000000", "hello", "", "carrier-a",
        Micros.FromTime(WebhooksWorld.Birth) + 123_456);
}
