using Microsoft.Extensions.DependencyInjection;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class PurchaseMemoryTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_somebody_else_has_changed_meanwhile_is_read_before_the_next_step(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: "45701120240"), 200, "0000");
        var id = reference.Replace("-", "", StringComparison.Ordinal);
        var memory = world.Server.Services.GetRequiredService<PurchaseMemory>();
        await Eventually.Holds(
            () => memory.Find(id)?.Progress.At == PurchaseState.VendPending, "the vend is known to be open");
        // As another node would: behind the back of this one's memory.
        await world.Database.Transact(
            tx => tx.Execute("UPDATE market_progress SET version = version + 5, asked = 3 WHERE id = @id", new { id }),
            CancellationToken.None);
        world.Jump(TimeSpan.FromSeconds(31));
        await world.Ends(reference, "SUCCESS", "0000");
        await world.Told(reference);
        Assert.Single(world.Suppliers.VendsFor("river", "45701120240"));
        await Eventually.Holds(() => memory.Find(id) is null, "what has ended is forgotten");
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_reservation_that_is_anothers_is_noticed_though_it_was_not_looked_up(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var first = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await world.Ends(first, "SUCCESS", "0000");
        var held = world.Bank.HoldOf(first)!.Reference;
        var memory = world.Server.Services.GetRequiredService<PurchaseMemory>();
        var commits = world.Server.Services.GetRequiredService<IPurchaseCommits>();
        var purchase = new Purchase { Id = new string('a', 32), ClientId = 412, ClientRef = "A-2" };
        var progress = new Progress { Id = purchase.Id, Version = 1, At = PurchaseState.Reserving };
        await commits.Run(tx =>
        {
            Assert.True(PurchaseStore.Insert(tx, purchase, progress));
            memory.Keep(tx, purchase, progress);
            return true;
        }, CancellationToken.None);
        List<bool> tied = [];
        await commits.Run(tx =>
        {
            tied.Add(memory.Tie(tx, purchase, held));
            var next = progress with { Version = 2, ReserveRef = held };
            if (tied[^1]) PurchaseStore.Update(tx, next);
            memory.Keep(tx, purchase, next);
            return true;
        }, CancellationToken.None);
        // Guessed first, then looked up.
        Assert.Equal([true, false], tied);
    }
}
