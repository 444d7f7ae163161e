using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace;

public sealed class SupplierNewsTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_callback_is_a_hint_whose_truth_is_asked_for(string engine)
    {
        await using var market = await DtOneMarket.Start(engine);
        var world = market.World;
        var (reference, vend) = await market.Buys("A-1", "2348030000300");
        await Becomes(market, reference, "VendPending");

        // Forged: a wrong secret or supplier is nobody's address, and what the right one is told is not believed.
        var lie = new { external_id = vend, status = new { @class = new { id = 7, message = "COMPLETED" } } };
        Assert.Equal(404, await Call(market, "dtone", "0123456789abcdefghijklmX", lie));
        Assert.Equal(404, await Call(market, "nobody", DtOneMarket.Secret, lie));
        Assert.Equal(404, await Call(market, "river", DtOneMarket.Secret, lie));
        Assert.Equal(400, await Call(market, "dtone", DtOneMarket.Secret, new { id = 7 }));
        var large = new { external_id = new string('x', 70_000) };
        Assert.Equal(413, await Call(market, "dtone", DtOneMarket.Secret, large));
        foreach (var stranger in (string[])["x", "-", $"{Guid.NewGuid()}-1", $"{reference}-x", $"{reference}-9"])
            Assert.Equal(204, await Call(market, "dtone", DtOneMarket.Secret, new { external_id = stranger }));
        await Eventually.Holds(
            async () => await Call(market, "dtone", DtOneMarket.Secret, lie) == 204, "the hint is taken");
        await Eventually.Holds(async () => (long)(await Show(market, reference))["asked"]! > 0, "it was asked for");
        Assert.Equal("VendPending", (string)(await Show(market, reference))["state"]!);

        market.Preprod.Becomes(vend, "COMPLETED");
        await market.Tells(vend);
        await world.Ends(reference, "SUCCESS", "0000");
        Assert.Single(market.Preprod.Posts);

        // Taken back after the outcome is final: somebody has to look at it, once.
        market.Preprod.Instead = (503, "");
        market.Preprod.Becomes(vend, "REVERSED");
        Assert.Equal(503, await market.Preprod.CallBack(vend));
        market.Preprod.Instead = null;
        foreach (var _ in (int[])[1, 2]) Assert.Equal(204, await market.Preprod.CallBack(vend));
        var exception = Assert.Single((JsonArray)(await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!);
        Assert.Equal(("discrepancy", reference), ((string)exception!["kind"]!, (string)exception["raasTxnRef"]!));
        await world.Ends(reference, "SUCCESS", "0000");
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Sells_what_DT_One_sells_and_passes_on_to_the_next_supplier(string engine)
    {
        await using var market = await DtOneMarket.Start(engine);
        var world = market.World;
        market.Preprod.CallsBackFirst = true;
        var (early, _) = await market.Buys("A-1", "2348030000200");
        await world.Ends(early, "SUCCESS", "0000");
        market.Preprod.CallsBackFirst = false;

        var (voucher, _) = await market.Buys("A-2", "2348030000111", product: 2);
        await Finish(market, voucher);
        await world.Ends(voucher, "SUCCESS", "0000");
        Assert.Matches("^\\d{4} 5678 9012$", (string)(await world.Lookup(voucher))["token"]!);

        market.Preprod.Fail(DtOneFault.LoseAnswer);
        var (lost, _) = await market.Buys("A-3", "2348030000100");
        await Finish(market, lost);
        await world.Ends(lost, "SUCCESS", "0000");

        var (declined, _) = await market.Buys("A-4", "2348030000102");
        await Finish(market, declined);
        await world.Ends(declined, "FAILED", "2213");
        Assert.Equal(4, market.Preprod.Posts.Count);

        // The operator is away: certainly not sold, and the next supplier sells.
        var (passed, vend) = await market.Buys("A-5", "2348030000304", product: 3);
        await Becomes(market, passed, "VendPending");
        market.Preprod.Becomes(vend, "DECLINED-OPERATOR-CURRENTLY-UNAVAILABLE");
        await market.Tells(vend);
        await world.Ends(passed, "SUCCESS", "0000");
        Assert.Equal("river", (string)(await Show(market, passed))["supplierId"]!);
        var balance = await world.Admin(HttpMethod.Get, "/suppliers/dtone/balance?currency=USD");
        Assert.Equal((123_456, null), ((long)balance["balance"]!, balance["ourFloat"]));
        var offered = await world.Admin(HttpMethod.Get, "/suppliers/dtone/products?country=NGA");
        Assert.Equal("1001", (string)offered["products"]![0]!["sku"]!);
        Assert.NotNull((await world.Admin(HttpMethod.Get, "/suppliers/river/products"))["error"]);
        await world.BooksBalance();
    }

    /// <summary>The attempt is under way or pending; DT One ends it, and is asked when its time has come.</summary>
    private static async Task Finish(DtOneMarket market, string reference)
    {
        await Eventually.Holds(
            async () => (string)(await Show(market, reference))["state"]! is "VendPending" or "Succeeded" or "Failed",
            $"{reference} was vended");
        market.World.Jump(TimeSpan.FromSeconds(11));
    }

    private static async Task<int> Call(DtOneMarket market, string supplier, string secret, object body)
    {
        using var response = await market.World.Server.Http.PostAsJsonAsync(
            $"/marketplace/v1/suppliers/{supplier}/callbacks/{secret}", body);
        return (int)response.StatusCode;
    }

    private static Task<JsonNode> Show(DtOneMarket market, string reference) =>
        market.World.Admin(HttpMethod.Get, $"/purchases/{reference}");

    private static Task Becomes(DtOneMarket market, string reference, string state) => Eventually.Holds(
        async () => (string)(await Show(market, reference))["state"]! == state, $"{reference} becomes {state}");
}
