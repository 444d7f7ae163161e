using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace;

public sealed class CatalogueApiTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Lists_the_products_of_the_client(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        Assert.True((await Found(world, "")).Count >= 30);
        var one = Assert.Single(await Found(world, "&productId=1701"))!["publicProduct"]!;
        Assert.Equal((1701, 17, "ElecBillpayment", "NG", "NGN", "METER"),
            ((int)one["id"]!, (int)one["productTypeId"]!, (string)one["productTypeName"]!, (string)one["countryCode"]!,
                (string)one["currencyCode"]!, (string)one["targetIdentifierType"]!));
        Assert.Equal((50_000, 10_000_000, 100, true), ((long)one["minPurchaseAmount"]!, (long)one["maxPurchaseAmount"]!,
            (long)one["purchaseAmountStep"]!, (bool)one["tokenBased"]!));
        Assert.Equal(5, (await Found(world, "&productTypeId=17&channelId=7&includeInactive=true")).Count);
        Assert.Equal(204, (await world.Get("/productLookup/2.0?clientId=412&productTypeId=17&vendorId=10")).Status);
        Assert.Equal(400, (await world.Get("/productLookup/2.0?clientId=412&productId=7")).Status);
        Assert.Equal(500, (await world.Get("/productLookup/2.0?clientId=412&productTypeId=7")).Status);
        Assert.Equal(400, (await world.Get("/productLookup/2.0")).Status);
        var (status, body) = await world.Get("/productLookup/2.0?clientId=413");
        Assert.Equal((403, "4003"), (status, (string)body!["responseCode"]!));
    }

    [Fact]
    public async Task Quotes_the_contract()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var (status, body) = await world.Get("/financial-terms/1.0?clientId=412&productId=1701&purchaseAmount=200000");
        Assert.Equal(200, status);
        Assert.Equal((10_000, 210_000, 200_000, 4_000, 206_000),
            ((long)body!["feeAmount"]!, (long)body["reserveAmount"]!,
            (long)body["vendAmount"]!, (long)body["clientShareAmount"]!, (long)body["settlementAmount"]!));
        Assert.Equal(400, (await world.Get("/financial-terms/1.0?clientId=412&productId=7&purchaseAmount=1")).Status);
        foreach (var amount in (string[])["", "-1", "1.5", "x", "1000000000000"])
            Assert.Equal(400, (
                await world.Get($"/financial-terms/1.0?clientId=412&productId=1701&purchaseAmount={amount}")).Status);
    }

    private static async Task<JsonArray> Found(MarketWorld world, string more)
    {
        var (status, body) = await world.Get($"/productLookup/2.0?clientId=412{more}");
        Assert.Equal(200, status);
        return (JsonArray)body!;
    }
}
