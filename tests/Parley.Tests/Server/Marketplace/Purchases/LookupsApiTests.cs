using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class LookupsApiTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Finds_a_buyers_purchases_and_tokens(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var first = await Bought("A-1", 1701, "45701122334", "200000", "10000");
        var second = await Bought("A-2", 1701, "45701122334", "300000", "15000");
        var third = await Bought("A-3", 3010, "2348030000222", "200000", "0");
        await Bought("A-4", 1010, "2348030000222", "10000", "0");
        Assert.Equal(["A-4"], await References(
            "/userTransactionLookup/1.0?clientId=412&sourceIdentifier=2348030000111"));
        Assert.Equal([third, second], (await References(
            "/userTransactionLookup/1.0?clientId=412&sourceIdentifier=2348030000111&limit=10", raas: true))[1..]);
        Assert.Empty(await References(
            "/userTransactionLookup/1.0?clientId=412&sourceIdentifier=2348030000222&limit=10"));
        Assert.Equal(400, (await world.Get("/userTransactionLookup/1.0?clientId=412&sourceIdentifier=1&limit=51"))
            .Status);

        var (_, tokens) = await world.Get("/tokenLookup/1.0?clientId=412&sourceIdentifier=2348030000111");
        Assert.Equal([third, second, first], tokens!["tokens"]!.AsArray().Select(t => (string)t!["raasTxnRef"]!));
        Assert.Matches("^\\d{4}(-\\d{4}){3}$", (string)tokens["tokens"]![0]!["token"]!);
        (_, tokens) = await world.Get(
            "/tokenLookup/1.0?clientId=412&sourceIdentifier=2348030000111&productTypeId=17&limit=1");
        Assert.Equal(second, (string)Assert.Single(tokens!["tokens"]!.AsArray())!["raasTxnRef"]!);
        // A gift is the buyer's to look up, not the receiver's.
        (_, tokens) = await world.Get("/tokenLookup/1.0?clientId=412&sourceIdentifier=2348030000222");
        Assert.Empty(tokens!["tokens"]!.AsArray());

        async Task<string> Bought(string reference, int product, string target, string amount, string fee)
        {
            var raas = await world.Buys(
                MarketWorld.Reserve, world.Order(reference, target, product: product, amount: amount, fee: fee), 200,
                    "0000");
            await world.Ends(raas, "SUCCESS", "0000");
            return raas;
        }

        async Task<List<string>> References(string path, bool raas = false)
        {
            var (status, body) = await world.Get(path);
            Assert.Equal(200, status);
            List<string> found = [];
            foreach (var one in body!["transactions"]!.AsArray())
                found.Add(raas ? (string)one!["raasTxnRef"]!
                    : (string)(await world.Lookup((string)one!["raasTxnRef"]!))["clientTxnRef"]!);
            return found;
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Finds_a_purchase_by_any_reference_for_thirty_days(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        var held = world.Bank.HoldOf(reference)!.Reference;
        foreach (var query in (string[])
            [$"raasTxnRef={reference}", "clientTransactionReference=A-1", "clientTxnRef=A-1",
                $"reserveFundsTxnRef={held}",
                $"raasTxnRef={reference}&reserveFundsTxnRef={held}&clientTxnRef=A-1"])
            Assert.Equal(200, await Status(query));
        Assert.Equal(400, await Status(""));
        foreach (var query in (string[])
            ["raasTxnRef=nonsense", $"raasTxnRef={Guid.Empty}", "clientTxnRef=A-2",
                $"raasTxnRef={reference}&clientTxnRef=A-2"])
            Assert.Equal(404, await Status(query));
        world.Jump(TimeSpan.FromDays(31));
        Assert.Equal(404, await Status($"raasTxnRef={reference}"));

        async Task<int> Status(string query) => (await world.Get($"/lookup-api/2.0?clientId=412&{query}")).Status;
    }
}
