namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class ResultJobTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Tells_the_same_until_it_is_acknowledged(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", source: "2348030001500"), 200, "0000");
        await world.Told(reference, 1);
        await Attempts(1);
        world.Jump(TimeSpan.FromSeconds(31));
        await world.Told(reference, 2);
        await Attempts(2);
        world.Jump(TimeSpan.FromSeconds(61));
        await world.Told(reference, 3);
        await Eventually.Holds(
            async () => (string?)(await world.Admin(HttpMethod.Get, $"/purchases/{reference}"))["result"] == "Acked",
            "the outcome is acknowledged");
        Assert.Single(world.Bank.ResultsOf(reference).Select(r => r.ToJsonString()).Distinct());
        Assert.Equal("debited", world.Bank.HoldOf(reference)!.State);

        // When the next one is due is reckoned after the bank has heard; the clock may only jump after that.
        Task Attempts(int times) => Eventually.Holds(
            async () => (int)(await world.Admin(HttpMethod.Get, $"/purchases/{reference}"))["resultAttempts"]! == times,
            $"attempt {times} is written down");
    }

    [Fact]
    public async Task Gives_up_after_seven_business_days_and_says_so()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", source: "2348030001501"), 200, "0000");
        await world.Told(reference, 1);
        world.Jump(TimeSpan.FromDays(12));
        await Eventually.Holds(async () =>
        {
            var list = (System.Text.Json.Nodes.JsonArray)(
                await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!;
            return list.Count == 1 && (string?)list[0]!["kind"] == "result-undelivered";
        }, "the outcome is given up");
        Assert.Equal("SUCCESS", (string)(await world.Lookup(reference))["transactionStatus"]!);
    }
}
