using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Receipts as SMSCs bring them: early, late, twice, for a part, for nothing.</summary>
public sealed class ReceiptsTests
{
    private const string Phone = "27999000500";

    // The SMSC leaves so many unanswered.
    private const int Window = 10;

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_overtakes_the_answer_to_the_submit_is_kept_for_it(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Answer = static _ => null;
        var id = await world.Server.SendOne(Phone, "overtaken");
        await Eventually.Holds(() => world.First.All.Count == 1, "the part is out");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await Eventually.Holds(() => world.First.Answers.Count == 1, "the receipt is acknowledged");
        world.First.Reply(world.First.All[0], CommandStatus.Ok);
        await world.Sink.AllAre([id], "DEVICE_ACK");
        Assert.Empty((await world.Admin("/receipts/unmatched"))["receipts"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_comes_twice_is_acknowledged_twice_and_told_once(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "twice");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await Eventually.Holds(() => world.First.Answers.Count == 2, "both are acknowledged");
        Assert.All(world.First.Answers, a => Assert.Equal(CommandStatus.Ok, a.Status));
        var next = await world.Server.SendOne(Phone, "after it");
        await world.Sink.AllAre([next], "SENT_TO_SUPPLIER");
        Assert.Equal(1, world.Sink.Times[(id, "DEVICE_ACK")]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_is_written_before_the_answer_to_its_submit_counts(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Answer = static _ => null;
        var id = await world.Server.SendOne(Phone, "swapped");
        await Eventually.Holds(() => world.First.All.Count == 1, "the part is out");
        var tracker = world.Server.Services.GetRequiredService<MessageTracker>();
        var receipt = new Quick { CarrierId = "first", CarrierMessageId = "id-1", State = ReceiptState.Delivered };
        tracker.Add(new ReceiptStep(tracker.Find(id)!, 0, receipt, early: false));
        await receipt.Kept.Task;
        world.First.Reply(world.First.All[0], CommandStatus.Ok);
        await world.Sink.AllAre([id], "DEVICE_ACK");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_taken_up_from_a_row_that_was_read_too_early_is_not_told_again(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "told");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
        var database = world.Server.Services.GetRequiredService<Database>();
        var tracker = world.Server.Services.GetRequiredService<MessageTracker>();
        await Eventually.Holds(() => tracker.Find(id) is null, "nothing more is owed");
        var row = (await database.Read(c => MessageStore.Load(c, [id]), CancellationToken.None))[0];
        var before = row.ToState();
        var stale = before with
        {
            Version = before.Version - 1,
            Owed = Owed.TellFinal,
            Owner = world.Server.Services.GetRequiredService<Node>().Id,
        };
        tracker.Add(new RecoverStep(new Tracked(tracker, row.ToMessage(), stale) { IsOutside = true }));
        await Eventually.Holds(() => tracker.Find(id) is null, "it is seen as it is");
        var next = await Sent(world, "after it");
        await world.Sink.AllAre([next], "SENT_TO_SUPPLIER");
        Assert.Equal(1, world.Sink.Times[(id, "DEVICE_ACK")]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_from_before_a_message_is_not_its_receipt(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        MessagesWorld.Receipt(world.First, Phone, "id-1", "UNDELIV");
        await Eventually.Holds(() => world.First.Answers.Count == 1, "it is kept");
        var id = await Sent(world, "later");
        await world.Sink.AllAre([id], "SENT_TO_SUPPLIER");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
        Assert.False(world.Sink.Times.ContainsKey((id, "DELIVERY_FAILURE")));
    }

    private sealed class Quick : ReceiptArrival
    {
        public TaskCompletionSource Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Acknowledge(bool kept) => Kept.TrySetResult();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Receipts_that_come_when_a_thousand_others_wait_find_their_messages(string engine)
    {
        const int Many = 1_300;
        await using var world = await MessagesWorld.Start(engine);
        var ids = new string[Many];
        await Parallel.ForAsync(
            0, Many, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => ids[i] = await world.Server.SendOne(Phone, $"waits {i}"));
        await world.Sink.AllAre(ids, "SENT_TO_SUPPLIER");
        for (var i = Many; i >= 1; i--)
        {
            MessagesWorld.Receipt(world.First, Phone, $"id-{i}", "DELIVRD");
            var sent = Many - i + 1;
            if (sent % Window == 0) await Eventually.Holds(() => world.First.Answers.Count == sent, "all are acknowledged");
        }
        await world.Sink.AllAre(ids, "DEVICE_ACK");
        Assert.All(ids, id => Assert.Equal(1, world.Sink.Times[(id, "DEVICE_ACK")]));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_contradicts_a_final_status_is_noted_and_changes_nothing(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "contradicted");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "UNDELIV");
        await world.Shows(id, "receipt-late");
        Assert.Equal("DEVICE_ACK", await world.Server.StatusOf(id));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_on_the_way_changes_nothing(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "on the way");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "ENROUTE");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "ACCEPTD");
        await Eventually.Holds(() => world.First.Answers.Count == 2, "both are acknowledged");
        Assert.Equal("SENT_TO_SUPPLIER", await world.Server.StatusOf(id));
    }

    [Theory]
    [InlineData("EXPIRED", "EXPIRED")]
    [InlineData("UNDELIV", "DELIVERY_FAILURE")]
    [InlineData("REJECTD", "DELIVERY_FAILURE")]
    [InlineData("DELETED", "DELIVERY_FAILURE")]
    [InlineData("UNKNOWN", "DELIVERY_FAILURE")]
    [InlineData("delivrd", "DEVICE_ACK")]
    public async Task Each_state_of_a_receipt_becomes_its_status(string stat, string status)
    {
        await using var world = await MessagesWorld.Start("sqlite");
        var id = await Sent(world, "a state");
        MessagesWorld.Receipt(world.First, Phone, "id-1", stat);
        await world.Sink.AllAre([id], status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_long_message_is_delivered_when_its_last_part_is(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, new string('x', 400));
        Assert.Equal(3, world.First.All.Count);
        MessagesWorld.Receipt(world.First, Phone, "id-3", "DELIVRD");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await Eventually.Holds(() => world.First.Answers.Count == 3, "all are acknowledged");
        Assert.Equal("SENT_TO_SUPPLIER", await world.Server.StatusOf(id));
        MessagesWorld.Receipt(world.First, Phone, "id-2", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_long_message_has_failed_when_one_part_has(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, new string('x', 400));
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        MessagesWorld.Receipt(world.First, Phone, "id-2", "UNDELIV");
        await world.Sink.AllAre([id], "DELIVERY_FAILURE");
        MessagesWorld.Receipt(world.First, Phone, "id-3", "DELIVRD");
        await world.Shows(id, "receipt-late");
        Assert.Equal("DELIVERY_FAILURE", await world.Server.StatusOf(id));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_matches_nothing_is_acknowledged_and_shown_for_seven_days(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        MessagesWorld.Receipt(world.First, Phone, "nobody", "DELIVRD");
        await Eventually.Holds(() => world.First.Answers.Count == 1, "it is acknowledged");
        var kept = Assert.Single((await world.Admin("/receipts/unmatched"))["receipts"]!.AsArray())!;
        Assert.Equal(("first", "nobody"), ((string)kept["carrierId"]!, (string)kept["carrierMessageId"]!));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_comes_after_a_restart_when_the_message_is_in_no_memory(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "before the restart");
        await world.Server.Restart();
        await world.BothUp();
        MessagesWorld.Receipt(world.First, Phone, "id-1", "DELIVRD");
        await world.Sink.AllAre([id], "DEVICE_ACK");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_overtook_its_answer_is_taken_up_when_the_node_that_knew_of_it_is_gone(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Sent(world, "overtaken");
        // As a kill between the two commits leaves it: the receipt is kept, and no memory knows that it is waited for.
        var database = world.Server.Services.GetRequiredService<Database>();
        await database.Transact(
            tx => tx.Execute(
                """
                INSERT INTO unmatched_receipts (carrier_id, carrier_message_id, state, at, error, raw)
                VALUES ('first', 'id-1', 2, @at, NULL, ''), ('first', 'older', 2, 0, NULL, '')
                """,
                new { at = world.Server.Clock.NowMicros() }),
            CancellationToken.None);
        await world.Sink.AllAre([id], "DEVICE_ACK");
        Assert.Single((await world.Admin("/receipts/unmatched"))["receipts"]!.AsArray());
    }

    private static async Task<string> Sent(MessagesWorld world, string text)
    {
        var id = await world.Server.SendOne(Phone, text);
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        return id;
    }
}
