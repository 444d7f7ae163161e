using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Which carrier gets a message, and what happens when that one can't take it.</summary>
public sealed class DispatcherTests
{
    private const string Phone = "27999000600";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_next_route_is_taken_while_the_first_carrier_is_down(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Bind = CommandStatus.SystemError;
        world.First.Cut();
        await world.IsDown("first");
        var id = await world.Server.SendOne(Phone, "around");
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Empty(world.First.All);
        Assert.Single(world.Second.All);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_carrier_in_trouble_gives_the_message_to_the_next_route_and_the_timeline_says_so(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Answer = static _ => CommandStatus.SystemError;
        var id = await world.Server.SendOne(Phone, "on");
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Single(world.Second.All);
        await world.Shows(id, "given-back");
        MessagesWorld.Receipt(world.Second, Phone, "second-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
    }

    [Fact]
    public async Task A_message_of_which_one_part_waits_to_be_sent_again_is_given_on_once()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        var parts = 0;
        world.First.Bind = CommandStatus.SystemError;
        world.First.Answer = _ =>
        {
            // The first is to come again; with the third on its way everything ends, the first waiting still.
            if (++parts == 1) return CommandStatus.Throttled;
            if (parts == 3) world.First.Cut();
            return null;
        };
        var id = await world.Server.SendOne(Phone, new string('x', 400));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(3, world.Second.All.Count);
        var last = await world.Server.SendOne("44999000600", "after all of it");
        await world.Server.Becomes(last, "SENT_TO_SUPPLIER");
        Assert.Equal(4, world.Second.All.Count);
        Assert.Single(await world.Timeline(id), "given-back");
    }

    [Fact]
    public async Task What_waits_for_a_carrier_that_is_taken_away_goes_by_the_next_route()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        world.First.Answer = static _ => null;
        // A window of 50 is full, the others are queued.
        var ids = new List<string>();
        for (var i = 0; i < 70; i++) ids.Add(await world.Server.SendOne(Phone, $"waits {i}"));
        await Eventually.Holds(() => world.First.All.Count == 50, "the window is full");
        var pool = world.Server.Services.GetRequiredService<CarrierPool>();
        await pool.Replace([.. pool.States.Select(s => s.Carrier).Where(c => c.Id == "second")]);
        foreach (var id in ids[50..]) await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
    }

    [Fact]
    public async Task A_message_that_another_node_has_in_hand_is_not_said_to_be_stopped()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        var at = world.Server.Clock.GetUtcNow().AddHours(1);
        var id = await world.Server.SendOne(
            Phone, "theirs", $$""","scheduledDeliveryTime":"{{at:yyyy-MM-ddTHH:mm:ss}}+0000" """);
        await world.Server.Services.GetRequiredService<Database>().Transact(
            tx => tx.Execute(
                "UPDATE message_states SET status = 2, owed = 1, owner = 'another', version = version + 1 WHERE id = @id",
                new { id }),
            CancellationToken.None);
        var answer = await world.Server.Administer(
            HttpMethod.Post, $"/messages/{id}/cancel", MessagesWorld.AdminKey);
        Assert.False((bool)answer["stopped"]!);
        Assert.Equal("QUEUED", (string)answer["status"]!);
    }

    [Theory]
    [InlineData(CommandStatus.InvalidDestinationAddress, "RECIPIENT_DOES_NOT_EXIST")]
    [InlineData(CommandStatus.InvalidSourceAddress, "DELIVERY_FAILURE")]
    [InlineData(CommandStatus.SubmitFailed, "DELIVERY_FAILURE")]
    public async Task A_refusal_for_good_fails_the_message_and_nobody_else_is_asked(
        CommandStatus refusal, string status)
    {
        await using var world = await MessagesWorld.Start("sqlite");
        world.First.Answer = _ => refusal;
        var id = await world.Server.SendOne(Phone, "no");
        await world.Sink.AllAre([id], status);
        Assert.Empty(world.Second.All);
        Assert.Single(world.First.All);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_throttled_message_is_tried_again_on_the_same_carrier(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var refusals = 2;
        world.First.Answer = _ => Interlocked.Decrement(ref refusals) >= 0 ? CommandStatus.Throttled : CommandStatus.Ok;
        var id = await world.Server.SendOne(Phone, "slowly");
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(3, world.First.All.Count);
        Assert.Empty(world.Second.All);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Without_a_route_the_message_ends_with_a_routing_error(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await world.Server.SendOne("33999000600", "nowhere");
        await world.Sink.AllAre([id], "ROUTING_ERROR");
        Assert.Equal(100, (int)(await world.Admin($"/messages/{id}"))["statusCode"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task With_every_carrier_down_it_waits_and_goes_when_one_is_back(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.Second.Bind = CommandStatus.SystemError;
        world.Second.Cut();
        await world.IsDown("second");
        var id = await world.Server.SendOne("44999000600", "patience");
        await world.Shows(id, "waiting");
        Assert.Equal("QUEUED", await world.Server.StatusOf(id));
        world.Second.Bind = CommandStatus.Ok;
        await world.BothUp();
        world.Server.Clock.Jump(TimeSpan.FromMinutes(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_validity_period_ends_while_no_carrier_is_up_and_the_message_has_expired(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.Second.Bind = CommandStatus.SystemError;
        world.Second.Cut();
        await world.IsDown("second");
        var id = await world.Server.SendOne("44999000601", "too late", ""","validityPeriod":60 """);
        await world.Shows(id, "waiting");
        world.Server.Clock.Jump(TimeSpan.FromMinutes(61));
        await world.Sink.AllAre([id], "EXPIRED");
        world.Second.Bind = CommandStatus.Ok;
        await world.BothUp();
        Assert.Empty(world.Second.All);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Parts_follow_the_one_that_a_carrier_took(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var first = 0;
        world.First.Answer = _ => Interlocked.Increment(ref first) == 1 ? CommandStatus.Ok : CommandStatus.SystemError;
        var id = await world.Server.SendOne(Phone, new string('y', 300));
        await world.Shows(id, "waiting");
        Assert.Empty(world.Second.All);
        world.First.Answer = static _ => CommandStatus.Ok;
        world.Server.Clock.Jump(TimeSpan.FromMinutes(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Empty(world.Second.All);
        // The second part once more for each time it was refused: twice, unless its time had come before the jump.
        Assert.InRange(world.First.All.Count, 3, 9);
        // With what they have in common in their headers: else no phone puts them together.
        Assert.Equal(2, world.First.All.Select(s => s.Text).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_part_that_goes_after_a_restart_bears_the_reference_of_the_first(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var first = 0;
        world.First.Answer = _ => Interlocked.Increment(ref first) == 1 ? CommandStatus.Ok : CommandStatus.SystemError;
        var id = await world.Server.SendOne(Phone, new string('z', 300));
        await world.Shows(id, "waiting");
        await world.Server.Restart();
        world.First.Answer = static _ => CommandStatus.Ok;
        world.Server.Clock.Jump(TimeSpan.FromMinutes(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(2, world.First.All.Select(s => s.Text).Distinct().Count());
    }
}
