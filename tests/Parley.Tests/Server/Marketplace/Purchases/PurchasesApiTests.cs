using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class PurchasesApiTests
{
    private const string Held = ",\"reserveFundsTxnRef\":\"HOLD-1\"";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Reserves_dispenses_settles_and_books(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var (status, reply) = await world.Post(MarketWorld.Reserve, world.Order("A-1"));
        Assert.True(status == 200, $"{reply}");
        var reference = (string)reply!["raasTxnRef"]!;
        Assert.Equal("0000", (string)reply["responseCode"]!);
        Assert.Equal(world.Bank.HoldOf(reference)!.Reference, (string)reply["reserveFundsTxnRef"]!);
        await world.Ends(reference, "SUCCESS", "0000");
        await world.Told(reference);
        Assert.Equal("debited", world.Bank.HoldOf(reference)!.State);
        Assert.Equal(10_000_000_000 - 210_000, world.Bank.BalanceOf("2348030000111", "NGN"));
        var told = world.Bank.ResultsOf(reference)[0];
        var found = await world.Lookup(reference);
        Assert.Matches("^\\d{4}(-\\d{4}){4}$", (string)told["token"]!);
        Assert.Equal((string)told["token"]!, (string)found["token"]!);
        Assert.Equal((206_000, 4_000), ((long)told["settlementAmount"]!, (long)found["clientShareAmount"]!));
        Assert.Single(world.Suppliers.VendsFor("river", "45701122334"));
        await Eventually.Holds(
            () => world.Server.Phones.On("2348030000111")
                .Any(m => m.Text.Contains((string)told["token"]!, StringComparison.Ordinal)),
            "the token is on the phone");
        Assert.Equal(206_000, await world.Posted("market:client:412:NGN"));
        Assert.Equal(-190_000, await world.Posted("market:supplier:river:NGN"));
        Assert.Equal(16_000, await world.Posted("market:income:NGN"));
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Dispenses_for_a_client_that_holds_the_funds_itself(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Transact, world.Order("A-1", more: Held), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        await world.Told(reference);
        Assert.Equal("HOLD-1", (string)world.Bank.ResultsOf(reference)[0]["reserveFundsTxnRef"]!);
        Assert.Null((await world.Lookup(reference))["reserveFundsResponseCode"]);
        // One reservation funds one sale.
        await world.Buys(MarketWorld.Transact, world.Order("A-2", more: Held), 409, "4009");
        var refused = world.Order("A-3", fee: "1", more: ",\"reserveFundsTxnRef\":\"HOLD-2\"");
        await world.Buys(MarketWorld.Transact, refused, 200, "2055");
        await world.Buys(MarketWorld.Transact, world.Order("A-4", more: ",\"reserveFundsTxnRef\":\"HOLD-2\""), 200,
            "0000");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_repeat_gets_the_first_answer_and_other_content_is_refused(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var first = await world.Post(MarketWorld.Reserve, world.Order("A-1"));
        await world.Ends((string)first.Body!["raasTxnRef"]!, "SUCCESS", "0000");
        var second = await world.Post(MarketWorld.Reserve, world.Order("A-1"));
        Assert.Equal(first.Body.ToJsonString(), second.Body!.ToJsonString());
        await world.Buys(MarketWorld.Reserve, world.Order("A-1", amount: "300000", fee: "15000"), 409, "4009");
        await world.Buys(MarketWorld.Transact, world.Order("A-1", more: Held), 409, "4009");
        Assert.Single(world.Suppliers.VendsFor("river", "45701122334"));
        var refused = await world.Post(MarketWorld.Reserve, world.Order("A-2", fee: "9"));
        Assert.Equal(refused.Body!.ToJsonString(), (await world.Post(MarketWorld.Reserve, world.Order("A-2", fee: "9")))
            .Body!.ToJsonString());
        // What was no order at all has not used the reference.
        await world.Buys(MarketWorld.Reserve, world.Order("A-3", amount: "-1"), 400, "4000");
        await world.Buys(MarketWorld.Reserve, world.Order("A-3"), 200, "0000");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Many_calls_with_one_reference_are_one_purchase(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        await world.Token();
        var calls = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(_ => world.Post(MarketWorld.Reserve, world.Order("A-1"))));
        Assert.All(calls, c => Assert.Equal(200, c.Status));
        Assert.Single(calls.Select(c => c.Body!.ToJsonString()).Distinct());
        var reference = (string)calls[0].Body!["raasTxnRef"]!;
        await world.Ends(reference, "SUCCESS", "0000");
        await world.Told(reference);
        Assert.Single(world.Suppliers.VendsFor("river", "45701122334"));
        await world.BooksBalance();
    }

    [Fact]
    public async Task Refuses_with_the_code_of_the_reason_and_asks_nobody()
    {
        await using var world = await MarketWorld.Start("sqlite");
        await Refused(world.Order("C-1", amount: "49900", fee: "2495"), "2050");
        await Refused(world.Order("C-2", amount: "10000100", fee: "500005"), "2040");
        await Refused(world.Order("C-3", fee: "9999"), "2055");
        await Refused(world.Order("C-4").Replace("\"feeAmount\":10000,", "", StringComparison.Ordinal), "2055");
        await Refused(world.Order("C-5", source: "27820000666"), "2070");
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));

        async Task Refused(string order, string code)
        {
            var reference = await world.Buys(MarketWorld.Reserve, order, 200, code);
            Assert.Null(world.Bank.HoldOf(reference));
            var found = await world.Lookup(reference);
            Assert.Equal("FAILED", (string)found["transactionStatus"]!);
            Assert.Null(found["transactResultResponseCode"]);
        }
    }

    [Fact]
    public async Task Refuses_what_is_malformed_and_records_nothing()
    {
        await using var world = await MarketWorld.Start("sqlite");
        foreach (var amount in (string[])["\"much\"", "-200000", "200000.5", "2e5", "1000000000000", "null", "true",
            "200001"])
            await world.Buys(MarketWorld.Reserve, world.Order("B-1", amount: amount), 400, "4000");
        foreach (var fee in (string[])["\"x\"", "-1", "1.5"])
            await world.Buys(MarketWorld.Reserve, world.Order("B-1", fee: fee), 400, "4000");
        string[] orders =
        [
            world.Order("B-1", target: "45-01"), world.Order("B-1", target: new string('4', 33)),
            world.Order("B-1", source: ""), world.Order(new string('r', 65)), world.Order("B-1", product: 7),
            world.Order("B-1", product: 1010, amount: "10000", fee: "0", target: "0803000"),
            world.Order("B-1", more: ",\"currencyCode\":\"USD\""), world.Order("B-1", more: ",\"fundingSourceId\":9"),
            world.Order("B-1", more: Held), world.Order("B-1", more: ",\"timestamp\":\"yesterday\""),
            world.Order("B-1").Replace("\"channelId\":7", "\"channelId\":5", StringComparison.Ordinal),
            "[]", "{", "",
        ];
        foreach (var order in orders)
        {
            var (status, body) = await world.Post(MarketWorld.Reserve, order);
            Assert.True(status == 400 && (string?)body!["responseCode"] == "4000", $"{order}: {status} {body}");
            Assert.Null(body!["raasTxnRef"]);
            Assert.True(body.AsObject().ContainsKey("reserveFundsTxnRef"));
        }
        await world.Buys(MarketWorld.Transact, world.Order("B-1"), 400, "4000");
        var (lookup, _) = await world.Get("/lookup-api/2.0?clientId=412&clientTransactionReference=B-1");
        Assert.Equal(404, lookup);
        var other = world.Order("B-1").Replace("\"clientId\":412", "\"clientId\":413", StringComparison.Ordinal);
        await world.Buys(MarketWorld.Reserve, other, 403, "4003");
        await world.Buys(MarketWorld.Reserve, world.Order("B-2", amount: "\"200000\"", fee: "\"10000\""), 200, "0000");
    }

    [Fact]
    public async Task The_admin_door_shows_purchases_without_their_tokens()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        var token = (string)(await world.Lookup(reference))["token"]!;
        await Eventually.Holds(
            async () => (string?)(await world.Admin(HttpMethod.Get, $"/purchases/{reference}"))["result"] == "Acked",
            "the outcome is acknowledged");
        var list = await world.Admin(HttpMethod.Get, "/purchases?clientId=412");
        Assert.Equal("Succeeded", (string)Assert.Single((JsonArray)list["purchases"]!)!["state"]!);
        Assert.DoesNotContain(token, list.ToJsonString(), StringComparison.Ordinal);
        await world.Admin(HttpMethod.Post, $"/purchases/{reference}/result");
        await world.Told(reference, 2);
        var told = world.Bank.ResultsOf(reference);
        Assert.Equal(told[0].ToJsonString(), told[1].ToJsonString());
    }
}
