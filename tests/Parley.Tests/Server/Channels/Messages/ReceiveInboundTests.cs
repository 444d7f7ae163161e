using System.Text;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Messages from phones: parts in any order, twice or never; to a number of nobody; binary.</summary>
public sealed class ReceiveInboundTests
{
    private const string Phone = "27999000800";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Parts_in_any_order_and_repeated_are_joined_once(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        Part(world, 7, 3, 3, "!");
        Part(world, 7, 3, 1, "Hello ");
        Part(world, 7, 3, 1, "Hello ");
        Part(world, 7, 3, 2, "world");
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the callback");
        Assert.Equal("Hello world!", (string)world.Sink.Inbound.Single()["content"]!);
        await Eventually.Holds(() => world.First.Answers.Count == 4, "every part is acknowledged");
        Assert.All(world.First.Answers, a => Assert.Equal(CommandStatus.Ok, a.Status));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Parts_of_messages_with_the_same_reference_from_two_phones_are_not_mixed(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        Part(world, 9, 2, 1, "a1 ");
        Part(world, 9, 2, 2, "b2", "27999000801");
        Part(world, 9, 2, 2, "a2");
        Part(world, 9, 2, 1, "b1 ", "27999000801");
        await Eventually.Holds(() => world.Sink.Inbound.Count == 2, "both callbacks");
        Assert.Equal(["a1 a2", "b1 b2"], world.Sink.Inbound.Select(i => (string)i["content"]!).Order());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_part_that_waits_longer_than_a_day_is_dropped(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        Part(world, 3, 2, 1, "old ");
        await Eventually.Holds(() => world.First.Answers.Count == 1, "the part is kept");
        world.Server.Clock.Jump(TimeSpan.FromHours(25));
        Part(world, 3, 2, 2, "new");
        Whole(world, "whole", MessagesWorld.Number);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the whole one");
        Part(world, 3, 2, 1, "new ");
        await Eventually.Holds(() => world.Sink.Inbound.Count == 2, "the joined one");
        Assert.Equal("new new", (string)world.Sink.Inbound.Last()["content"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_to_a_number_of_nobody_is_acknowledged_and_calls_nobody(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        Whole(world, "to nobody", "12025559999");
        Whole(world, "to somebody", MessagesWorld.Number);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the callback");
        Assert.Equal("to somebody", (string)world.Sink.Inbound.Single()["content"]!);
        await Eventually.Holds(() => world.First.Answers.Count == 2, "both are acknowledged");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reply_is_related_to_the_latest_message_for_three_days(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        await world.Server.SendOne(Phone, "first question");
        var id = await world.Server.SendOne(Phone, "second question", ""","clientMessageId":"q-2" """);
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        world.Server.Clock.Jump(TimeSpan.FromHours(71));
        Whole(world, "in time", MessagesWorld.Number);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the first callback");
        Assert.Equal(id, (string)world.Sink.Inbound.Single()["relatedMessageId"]!);
        Assert.Equal("q-2", (string)world.Sink.Inbound.Single()["relatedClientMessageId"]!);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        Whole(world, "too late", MessagesWorld.Number);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 2, "the second callback");
        Assert.Null(world.Sink.Inbound.Last()["relatedMessageId"]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Binary_comes_as_hexadecimal(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Deliver(Phone, MessagesWorld.Number, 0, 4, [0x00, 0xC3, 0xFF]);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the callback");
        Assert.Equal("00c3ff", (string)world.Sink.Inbound.Single()["content"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_character_that_the_phone_cut_between_two_parts_comes_whole(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var text = Encoding.BigEndianUnicode.GetBytes("Hi \ud83d\ude00!");
        world.First.Deliver(Phone, MessagesWorld.Number, 0x40, 8, [5, 0, 3, 4, 2, 1, .. text[..8]]);
        world.First.Deliver(Phone, MessagesWorld.Number, 0x40, 8, [5, 0, 3, 4, 2, 2, .. text[8..]]);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the callback");
        Assert.Equal("Hi \ud83d\ude00!", (string)world.Sink.Inbound.Single()["content"]!);
        // What no database keeps and nobody can read is acknowledged, too, or it would come again for ever.
        world.First.Deliver(Phone, MessagesWorld.Number, 0, 8, [0, (byte)'A', 0, 0, 0xD8, 0x3D]);
        await Eventually.Holds(() => world.Sink.Inbound.Count == 2, "the second callback");
        Assert.Equal("A\uFFFD\uFFFD", (string)world.Sink.Inbound.Last()["content"]!);
        await Eventually.Holds(() => world.First.Answers.Count == 3, "every part is acknowledged");
        Assert.All(world.First.Answers, a => Assert.Equal(CommandStatus.Ok, a.Status));
    }

    private static void Whole(MessagesWorld world, string text, string to) =>
        world.First.Deliver(Phone, to, 0, 0, Encoding.ASCII.GetBytes(text));

    private static void Part(
        MessagesWorld world, byte reference, byte total, byte number, string text, string from = Phone) =>
        world.First.Deliver(
            from, MessagesWorld.Number, 0x40, 0, [5, 0, 3, reference, total, number, .. Encoding.ASCII.GetBytes(text)]);
}
