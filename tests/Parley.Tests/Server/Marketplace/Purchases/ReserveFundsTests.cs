using Microsoft.Extensions.DependencyInjection;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class ReserveFundsTests
{
    [Theory]
    [InlineData("2010")]
    [InlineData("2020")]
    [InlineData("2030")]
    [InlineData("2040")]
    [InlineData("2050")]
    [InlineData("2070")]
    [InlineData("2080")]
    public async Task A_decline_of_the_bank_ends_it_without_vend_or_result(string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var order = world.Order("A-1", source: $"23480300010{code[2..]}");
        var (status, body) = await world.Post(MarketWorld.Reserve, order);
        Assert.Equal((200, code), (status, (string)body!["responseCode"]!));
        Assert.Null(body["reserveFundsTxnRef"]);
        var reference = (string)body["raasTxnRef"]!;
        var found = await world.Lookup(reference);
        Assert.Equal(("FAILED", code),
            ((string)found["transactionStatus"]!, (string)found["reserveFundsResponseCode"]!));
        Assert.Null(found["transactResultResponseCode"]);
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));
        Assert.Empty(world.Bank.ResultsOf(reference));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_hold_that_nobody_heard_of_is_released_and_nothing_is_sold(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", source: "2348030001098"), 200, "2060");
        await world.Ends(reference, "FAILED", "2060");
        await world.Told(reference);
        Assert.Equal("released", world.Bank.HoldOf(reference)!.State);
        Assert.Null(world.Bank.ResultsOf(reference)[0]["reserveFundsTxnRef"]);
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));
        Assert.Equal(10_000_000_000, world.Bank.BalanceOf("2348030001098", "NGN"));
    }

    [Theory]
    [InlineData("1099", "2090")]
    [InlineData("1060", "2060")]
    public async Task An_unusable_answer_is_answered_by_a_release(string suffix, string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", source: $"234803000{suffix}"), 200,
            code);
        await world.Told(reference);
        Assert.Equal(code, (string)world.Bank.ResultsOf(reference)[0]["responseCode"]!);
    }

    /// <summary>What a node leaves that dies after its commit and before, or in, its call of the bank.</summary>
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_reservation_that_nobody_ends_is_ended_by_its_guard(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var services = world.Server.Services;
        var client = services.GetRequiredService<Catalogue>().Client(412)!;
        var fields = Parley.Server.Marketplace.Security.Fields.OfJson(
            System.Text.Encoding.UTF8.GetBytes(world.Order("A-1")));
        var order = PurchaseOrder.Read(fields, client, PurchaseKind.ReserveAndTransact)!;
        var accepted = await services.GetRequiredService<AcceptPurchase>().Run(client, order, CancellationToken.None);
        var reference = accepted.Sale!.Purchase.Reference;
        Assert.Equal("PENDING", (string)(await world.Lookup(reference))["transactionStatus"]!);
        await world.Server.Restart();
        world.Jump(TimeSpan.FromSeconds(45));
        await world.Ends(reference, "FAILED", "2060");
        await world.Told(reference);
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));
        await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "2060");
    }
}
