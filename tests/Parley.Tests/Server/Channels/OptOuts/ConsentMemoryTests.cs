using Parley.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class ConsentMemoryTests
{
    private const long Phone = 27_821_000_101;

    [Fact]
    public void What_the_watch_has_read_is_not_undone_by_an_earlier_commit_that_comes_late()
    {
        var memory = new ConsentMemory();
        memory.TakeIn(11, [Row(10, 1), Row(11, 0)], []);
        memory.Committed(10, [Row(10, 1)], []);
        Assert.False(memory.OptedOut("shop", "1202", Phone));
        memory.Committed(12, [Row(12, 1)], []);
        Assert.True(memory.OptedOut("shop", "1202", Phone));
        Assert.Equal(11, memory.Read);
        Assert.Equal(1, memory.Count);
    }

    [Fact]
    public void Of_two_commits_the_later_stands_in_whichever_order_they_are_heard_of()
    {
        var memory = new ConsentMemory();
        memory.Committed(6, [Row(6, 1)], []);
        memory.Committed(5, [Row(5, 0)], []);
        Assert.True(memory.OptedOut("shop", "1202", Phone));
        // A reading that was begun before the second.
        memory.TakeIn(5, [Row(5, 0)], []);
        Assert.True(memory.OptedOut("shop", "1202", Phone));
        memory.TakeIn(7, [Row(7, 0)], []);
        Assert.False(memory.OptedOut("shop", "1202", Phone));
    }

    [Fact]
    public void Senders_are_found_without_regard_to_case_and_apart_from_each_other()
    {
        var memory = new ConsentMemory();
        memory.Committed(1, [Row(1, 1) with { Sender = "acme" }], []);
        Assert.True(memory.OptedOut("shop", "ACME", Phone));
        Assert.False(memory.OptedOut("shop", "", Phone));
        Assert.False(memory.OptedOut("other", "ACME", Phone));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var memory = new ConsentMemory();
        memory.Committed(
            1, [Row(1, 1)], [new BlockRow { TenantId = "shop", Recipient = "27821000102", Kind = 1, Active = 1 }]);
        var found = Ask(memory);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) found += Ask(memory);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(20_002, found);
    }

    private static int Ask(ConsentMemory memory) =>
        (memory.OptedOut("shop", "1202", Phone) ? 1 : 0) + (memory.Blocked("shop", 27_821_000_102) ? 1 : 0);

    private static OptOutRow Row(long sequence, long active) => new()
    {
        IntegrationId = "shop",
        Sender = "1202",
        Recipient = "27821000101",
        Active = active,
        Sequence = sequence,
    };
}
