using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace;

public sealed class SuppliersAdminTests
{
    private const string By = """{"by":"Ada","reason":"maintenance"}""";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_supplier_that_does_not_answer_is_left_alone_until_it_is_tried_or_lifted(string engine)
    {
        await using var market = await DtOneMarket.Start(engine);
        var world = market.World;
        market.Preprod.Fail(DtOneFault.LoseRequest, DtOneFault.FailBefore, DtOneFault.LoseAnswer);
        for (var i = 0; i < 3; i++) await market.Buys($"S-{i}", "2348030000300");
        await Eventually.Holds(async () => (bool)(await Show(world, "dtone"))["quarantined"]!, "it is quarantined");
        var shown = await Show(world, "dtone");
        Assert.Equal(("DtOne", "3 vends in a row without an answer", 1, 3),
            ((string)shown["protocol"]!, (string)shown["reason"]!, (int)shown["inARow"]!, (int)shown["failed"]!));
        Assert.False((bool)(await Show(world, "river"))["quarantined"]!);

        // Nobody else sells it: nothing is sent, and the buyer's money is free at once.
        var posts = market.Preprod.Posts.Count;
        var (alone, _) = await market.Buys("A-1", "2348030000100");
        await world.Ends(alone, "FAILED", "2239");
        Assert.Equal(0, (int)(await Purchase(world, alone))["attempt"]!);
        // Where another sells it, that one does.
        var (other, _) = await market.Buys("A-2", "2348030000100", product: 3);
        await world.Ends(other, "SUCCESS", "0000");
        Assert.Equal("river", (string)(await Purchase(world, other))["supplierId"]!);
        Assert.Equal(posts, market.Preprod.Posts.Count);

        // Its time is over: one purchase tries it, and lets it in.
        world.Jump(TimeSpan.FromSeconds(601));
        var (probe, vend) = await market.Buys("A-3", "2348030000300");
        await Eventually.Holds(async () => !(bool)(await Show(world, "dtone"))["quarantined"]!, "it is in again");
        market.Preprod.Becomes(vend, "COMPLETED");
        await market.Tells(vend);
        await world.Ends(probe, "SUCCESS", "0000");

        await world.Admin(HttpMethod.Post, "/suppliers/dtone/quarantine", By);
        Assert.Equal(("Ada", "maintenance", null), await Why(world));
        var (byHand, _) = await market.Buys("A-4", "2348030000100");
        await world.Ends(byHand, "FAILED", "2239");
        Assert.Equal("market.malformed", (string)(
            await world.Admin(HttpMethod.Post, "/suppliers/dtone/lift", "{}"))["code"]!);
        await world.Admin(HttpMethod.Post, "/suppliers/dtone/lift", By);
        Assert.False((bool)(await Show(world, "dtone"))["quarantined"]!);
        var (again, last) = await market.Buys("A-5", "2348030000300");
        await Eventually.Holds(
            async () => (string)(await Purchase(world, again))["state"]! == "VendPending", "it is vended");
        market.Preprod.Becomes(last, "COMPLETED");
        world.Jump(TimeSpan.FromSeconds(11));
        await world.Ends(again, "SUCCESS", "0000");
        Assert.NotNull((await world.Admin(HttpMethod.Post, "/suppliers/nobody/lift", By))["error"]);
        var metrics = await world.Server.Http.GetStringAsync("/metrics");
        Assert.Contains("parley_supplier_quarantines_total{", metrics, StringComparison.Ordinal);
        Assert.Matches("parley_supplier_quarantined\\{[^}]*supplier=\"dtone\"[^}]*\\} 0", metrics);
        await world.BooksBalance();
    }

    private static async Task<(string?, string?, string?)> Why(MarketWorld world)
    {
        var shown = await Show(world, "dtone");
        return ((string?)shown["changedBy"], (string?)shown["reason"], (string?)shown["until"]);
    }

    private static async Task<JsonNode> Show(MarketWorld world, string supplier) =>
        ((JsonArray)(await world.Admin(HttpMethod.Get, "/suppliers"))["suppliers"]!)
            .Single(s => (string)s!["id"]! == supplier)!;

    private static Task<JsonNode> Purchase(MarketWorld world, string reference) =>
        world.Admin(HttpMethod.Get, $"/purchases/{reference}");
}
