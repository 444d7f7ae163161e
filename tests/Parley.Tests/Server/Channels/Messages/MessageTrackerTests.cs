using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class MessageTrackerTests
{
    private const string Phone = "27999000950";

    [Fact]
    public async Task What_could_not_be_cancelled_for_the_database_is_sent_at_its_time()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        var id = await Scheduled(world, "kept");
        await Refuse(world, "NEW.final_at IS NOT NULL");
        var cancel = world.Server.Services.GetRequiredService<CancelMessage>();
        await Assert.ThrowsAnyAsync<Exception>(
            () => cancel.Run(id, MessageStatus.StoppedByAdmin, "a test", CancellationToken.None));
        await Allow(world);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Single(world.First.All);
    }

    [Fact]
    public async Task What_was_told_and_could_not_be_noted_is_noted_later_and_not_told_again()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        await Refuse(world, "NEW.sent_told_at IS NOT NULL");
        var id = await world.Server.SendOne(Phone, "told");
        await world.Sink.AllAre([id], "SENT_TO_SUPPLIER");
        await Allow(world);
        await Eventually.Holds(async () => await Noted(world, id), "it is noted");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
        Assert.Equal(1, world.Sink.Times[(id, "SENT_TO_SUPPLIER")]);
    }

    /// <summary>What a commit leaves whose answer was lost: the row is this node's, and memory doesn't have it.</summary>
    [Fact]
    public async Task A_message_that_is_this_nodes_and_not_in_memory_is_sent_after_a_while()
    {
        await using var world = await MessagesWorld.Start("sqlite");
        var id = await Scheduled(world, "lost");
        await Database(world).Transact(
            tx => tx.Execute(
                "UPDATE message_states SET status = 2, owed = 1, owner = @owner, version = version + 1 WHERE id = @id",
                new { id, owner = world.Server.Services.GetRequiredService<Node>().Id }),
            CancellationToken.None);
        await Eventually.Holds(() => world.First.All.Count == 1, "it is sent", Deadline.TakenOver);
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
    }

    private static Task<bool> Noted(MessagesWorld world, string id) => Database(world).Read(
        c => MessageStore.Load(c, [id])[0].SentToldAt is not null, CancellationToken.None);

    /// <summary>In an hour.</summary>
    private static Task<string> Scheduled(MessagesWorld world, string text) => world.Server.SendOne(
        Phone, text,
        $$""","scheduledDeliveryTime":"{{world.Server.Clock.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ss}}+0000" """);

    private static Database Database(MessagesWorld world) => world.Server.Services.GetRequiredService<Database>();

    private static Task<int> Refuse(MessagesWorld world, string what) => Database(world).Transact(
        tx => tx.Execute(
            $"""
            CREATE TRIGGER refuse BEFORE UPDATE ON message_states WHEN {what} BEGIN SELECT RAISE(ABORT, 'refused'); END
            """),
        CancellationToken.None);

    private static Task<int> Allow(MessagesWorld world) =>
        Database(world).Transact(tx => tx.Execute("DROP TRIGGER refuse"), CancellationToken.None);
}
