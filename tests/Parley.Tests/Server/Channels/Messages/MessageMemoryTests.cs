using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class MessageMemoryTests
{
    private const int Unpacked = 1_000;

    private readonly MessageMemory _memory = new(static (message, state) => new Tracked(null!, message, state));

    [Fact]
    public void What_waits_behind_a_thousand_is_packed_and_found_by_its_id_and_by_its_part()
    {
        var first = Sent(0, Unpacked + 3);
        Assert.Equal((Unpacked, 3), (_memory.Count, _memory.Packed));
        var byId = _memory.Find(first[0].Message.Id)!;
        Assert.NotSame(first[0], byId);
        Assert.Equal(first[0].State, byId.State);
        Assert.Same(byId, _memory.Find(byId.Message.Id));
        Assert.Same(byId, _memory.Find("carrier", "part-0")!.Value.Message);
        var (byPart, part) = _memory.Find("carrier", "part-1")!.Value;
        Assert.Equal((first[1].Message.Id, 0), (byPart.Message.Id, part));
        Assert.Same(byPart, _memory.Find(first[1].Message.Id));
        Assert.Equal(1, _memory.Packed);
        Assert.Null(_memory.Find("other", "part-2"));
    }

    [Fact]
    public void What_a_step_holds_or_somebody_is_told_of_stays_and_is_packed_after_it()
    {
        var two = Sent(0, 2);
        Assert.Same(two[0], _memory.Hold(two[0]));
        two[1].Handed = Change(two[1]);
        Sent(2, Unpacked);
        Assert.Equal(0, _memory.Packed);
        Assert.Same(two[0], _memory.Find(two[0].Message.Id));
        _memory.Release(two[0]);
        two[1].Handed = null;
        foreach (var one in two) _memory.Await(one);
        Assert.Equal(2, _memory.Packed);
        Assert.Same(two[0], _memory.Find(two[0].Message.Id));
    }

    [Fact]
    public void A_message_whose_row_was_read_before_memory_had_it_is_there_once()
    {
        var read = PackedMessagesTests.Bare(1);
        read.IsOutside = true;
        Assert.Null(_memory.Find(read.Message.Id));
        Assert.Same(read, _memory.Hold(read));
        Assert.Same(read, _memory.Add(PackedMessagesTests.Bare(1)));
        var again = PackedMessagesTests.Bare(1);
        again.IsOutside = true;
        Assert.Same(read, _memory.Hold(again));
    }

    [Fact]
    public void What_two_steps_hold_is_forgotten_after_the_second()
    {
        var message = Sent(0, 1)[0];
        _memory.Hold(message);
        _memory.Hold(message);
        _memory.Forget(message);
        Assert.Same(message, _memory.Find(message.Message.Id));
        _memory.Release(message);
        _memory.Forget(message);
        Assert.Null(_memory.Find(message.Message.Id));
        // Found before, held after: the same object is taken back.
        Assert.Same(message, _memory.Hold(message));
        Assert.Same(message, _memory.Find(message.Message.Id));
    }

    [Fact]
    public void A_step_made_before_its_message_was_packed_works_on_the_one_in_memory()
    {
        var old = Sent(0, 1)[0];
        Sent(1, Unpacked);
        Assert.True(old.IsOutside);
        var held = _memory.Hold(old);
        Assert.NotSame(old, held);
        Assert.Same(held, _memory.Hold(old));
        Assert.Same(held, _memory.Find("carrier", "part-0")!.Value.Message);
        Assert.Equal(2, held.Holds);
    }

    [Fact]
    public void A_message_that_was_dropped_for_want_of_room_is_taken_back_from_the_step_that_has_it()
    {
        var old = Sent(0, 1)[0];
        Sent(1, PackedMessages.Most + 10_000);
        Assert.Null(_memory.Find(old.Message.Id));
        Assert.Same(old, _memory.Hold(old));
        Assert.False(old.IsOutside);
        Assert.Same(old, _memory.Find("carrier", "part-0")!.Value.Message);
    }

    [Fact]
    public void What_is_forgotten_leaves_nothing()
    {
        var all = Sent(0, Unpacked + 10);
        foreach (var one in all) _memory.Forget(_memory.Find(one.Message.Id)!);
        Assert.Equal((0, 0), (_memory.Count, _memory.Packed));
        for (var i = 0; i < all.Count; i++) Assert.Null(_memory.Find("carrier", $"part-{i}"));
        // Nor do they stand in the line.
        Sent(all.Count, Unpacked);
        Assert.Equal((Unpacked, 0), (_memory.Count, _memory.Packed));
    }

    [Fact]
    public async Task Found_and_held_from_several_threads_while_others_are_packed_there_is_one_of_each()
    {
        const int Many = 5_000;
        var all = Sent(0, Many);
        var holders = Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var number = random.Next(Many);
                var found = _memory.Find("carrier", $"part-{number}")!.Value.Message;
                var held = _memory.Hold(found);
                Assert.Same(held, _memory.Find(held.Message.Id));
                Assert.Equal(all[number].Message.Id, held.Message.Id);
                _memory.Await(held);
                _memory.Release(held);
            }
        }));
        await Task.WhenAll(holders);
        Assert.Equal(Many, _memory.Count + _memory.Packed);
    }

    /// <summary>So many that were sent and wait for their receipts.</summary>
    private List<Tracked> Sent(int from, int count)
    {
        var sent = new List<Tracked>(count);
        for (var i = from; i < from + count; i++)
        {
            var message = PackedMessagesTests.Bare(i);
            message.State.Status = MessageStatus.SentToSupplier;
            _memory.Add(message);
            _memory.Index(message, 0, "carrier", $"part-{i}");
            _memory.Await(message);
            sent.Add(message);
        }
        return sent;
    }

    private static StatusChange Change(Tracked message) => new()
    {
        MessageId = message.Message.Id,
        IntegrationId = "i",
        ClientMessageId = "",
        To = message.Message.To,
        From = "",
        Status = MessageStatus.SentToSupplier,
        At = 0,
        Sequence = 1,
        Behind = false,
        Message = message.Message,
        Parts = 1,
        Token = message,
    };
}
