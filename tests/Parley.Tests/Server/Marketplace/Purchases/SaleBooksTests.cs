using Microsoft.Extensions.DependencyInjection;
using Parley.Ledger;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class SaleBooksTests
{
    private const string BankAccount = "market:bank:1:NGN", Buyers = "market:buyers:NGN";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_a_bank_holds_and_has_debited_stands_in_the_books(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        // Sold; sold by the second supplier; declined; pending.
        await Ends(world, "A-1", "45701122334", "SUCCESS", "0000");
        await Ends(world, "A-2", "45701120250", "SUCCESS", "0000");
        await Ends(world, "A-3", "45701120001", "FAILED", "2201");
        Assert.Equal((2 * 210_000, 0), await Stands(world, BankAccount));
        Assert.Equal((2 * 210_000, 0), await Stands(world, Buyers));
        var pending = await world.Buys(MarketWorld.Reserve, world.Order("A-4", target: "45701120240"), 200, "0000");
        await Eventually.Holds(
            async () => await Stands(world, BankAccount) == (2 * 210_000, 210_000), "the bank holds");
        // The hold stands before the supplier is asked, and its half minute begins when it is.
        await VendJobTests.Becomes(world, pending, "VendPending");
        world.Jump(TimeSpan.FromSeconds(31));
        await world.Ends(pending, "SUCCESS", "0000");
        Assert.Equal((3 * 210_000, 0), await Stands(world, BankAccount));
        await world.BooksBalance();
    }

    private static async Task Ends(MarketWorld world, string name, string target, string status, string code) =>
        await world.Ends(
            await world.Buys(MarketWorld.Reserve, world.Order(name, target: target), 200, "0000"), status, code);

    private static async Task<(long Posted, long Held)> Stands(MarketWorld world, string account)
    {
        var balance = await world.Server.Services.GetRequiredService<Books>().Find(account, CancellationToken.None);
        return balance is null ? (0, 0) : (balance.Posted, Math.Max(balance.HeldDebits, balance.HeldCredits));
    }
}
