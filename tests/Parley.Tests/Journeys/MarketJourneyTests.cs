using System.Security.Cryptography;
using System.Text;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Journeys;

/// <summary>A provisioned marketplace over partners that outlive the server.</summary>
public sealed class MarketJourneyTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_vend_under_way_when_the_node_stops_is_asked_for_and_not_repeated(string engine)
    {
        await using var partners = await PartnersHost.Start();
        await using var world = await Start(engine, partners);
        // It sells and never answers.
        var reference = await world.Buys(MarketWorld.Reserve, Order(world, "A-1", target: "45701120098"), 200, "0000");
        await Eventually.Holds(() => partners.Suppliers.VendsFor("river", "45701120098").Count == 1,
            "the supplier is asked");
        await world.Server.Restart();
        world.Jump(TimeSpan.FromSeconds(11));
        await world.Ends(reference, "SUCCESS", "0000");
        await Eventually.Holds(() => partners.Bank.ResultsOf(reference).Count == 1, "the bank is told");
        Assert.Single(partners.Suppliers.VendsFor("river", "45701120098"));
        Assert.Equal("debited", partners.Bank.HoldOf(reference)!.State);
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Another_clients_purchases_are_as_unknown_as_what_is_not_there(string engine)
    {
        await using var partners = await PartnersHost.Start();
        await using var world = await Start(engine, partners);
        var reference = await world.Buys(MarketWorld.Reserve, Order(world, "A-1"), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        var signed = MarketWorld.Of(world.Server, 7, "first-client-key-0001", "second-secret");
        foreach (var query in (string[])
            [$"raasTxnRef={reference}", "clientTxnRef=A-1",
                $"reserveFundsTxnRef={partners.Bank.HoldOf(reference)!.Reference}"])
        {
            var (status, body) = await signed.Get($"/lookup-api/2.0?clientId=7&{query}");
            Assert.Equal((404, "4004"), (status, (string)body!["responseCode"]!));
        }
        var (_, tokens) = await signed.Get("/tokenLookup/1.0?clientId=7&sourceIdentifier=2348030000111");
        Assert.Empty(tokens!["tokens"]!.AsArray());
        Assert.Equal(403, (await signed.Get($"/lookup-api/2.0?clientId=8&raasTxnRef={reference}")).Status);
        // The key of one client with the token of another.
        var mixed = await signed.Send(
            HttpMethod.Get, $"/lookup-api/2.0?clientId=8&raasTxnRef={reference}", null, key: "other-client-key-0001");
        Assert.Equal(401, mixed.Status);
    }

    [Fact]
    public async Task Signed_calls_need_the_signature_of_either_secret()
    {
        await using var partners = await PartnersHost.Start();
        await using var world = await Start("sqlite", partners);
        var signed = MarketWorld.Of(world.Server, 7, "first-client-key-0001", "first-secret");
        var order = Order(signed, "S-1");
        Assert.Equal(401, (await signed.Post(MarketWorld.Reserve, order)).Status);
        Assert.Equal(401, (await signed.Post(MarketWorld.Reserve, order, Sign("guess", order))).Status);
        var altered = order.Replace("200000", "900000", StringComparison.Ordinal);
        var (status, body) = await signed.Post(MarketWorld.Reserve, altered, Sign("newer", order));
        Assert.Equal((401, "4001"), (status, (string)body!["responseCode"]!));
        Assert.Equal(404, (await signed.Get("/lookup-api/2.0?clientId=7&clientTxnRef=S-1")).Status);
        var first = await signed.Post(MarketWorld.Reserve, order, Sign("older", order));
        Assert.Equal(200, first.Status);
        // A replay of the same signed bytes is a repeat: nothing happens twice.
        var again = await signed.Post(MarketWorld.Reserve, order, Sign("newer", order));
        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        await Eventually.Holds(() => partners.Suppliers.VendsFor("river", "45701122334").Count == 1,
            "it is dispensed once");
    }

    [Fact]
    public async Task A_similar_pending_purchase_is_refused_where_the_contract_wants_it()
    {
        await using var partners = await PartnersHost.Start();
        await using var world = await Start("sqlite", partners);
        var signed = MarketWorld.Of(world.Server, 7, "first-client-key-0001", "first-secret");
        var pending = Order(signed, "P-1", target: "45701120299");
        Assert.Equal(200, (await signed.Post(MarketWorld.Reserve, pending, Sign("newer", pending))).Status);
        var similar = Order(signed, "P-2", target: "45701120299");
        var (status, body) = await signed.Post(MarketWorld.Reserve, similar, Sign("newer", similar));
        Assert.Equal((409, "4009"), (status, (string)body!["responseCode"]!));
        var other = Order(signed, "P-3");
        Assert.Equal(200, (await signed.Post(MarketWorld.Reserve, other, Sign("newer", other))).Status);
    }

    [Fact]
    public async Task A_float_without_room_and_a_supplier_that_is_down_fail_with_their_codes()
    {
        await using var partners = await PartnersHost.Start();
        await using var world = await Start("sqlite", partners);
        var first = await world.Buys(MarketWorld.Reserve, Order(world, "F-1", product: 2), 200, "0000");
        await world.Ends(first, "SUCCESS", "0000");
        var second = await world.Buys(MarketWorld.Reserve, Order(world, "F-2", product: 2), 200, "0000");
        await world.Ends(second, "FAILED", "2225");
        Assert.Single(partners.Suppliers.VendsFor("small", "45701122334"));
        const string deposit = """{"currency":"NGN","amount":200000,"reference":"wire-1"}""";
        Assert.Equal("Done", (string)(
            await world.Admin(HttpMethod.Post, "/suppliers/small/float", deposit))["outcome"]!);
        Assert.Equal("Repeated", (string)(
            await world.Admin(HttpMethod.Post, "/suppliers/small/float", deposit))["outcome"]!);
        var third = await world.Buys(MarketWorld.Reserve, Order(world, "F-3", product: 2), 200, "0000");
        await world.Ends(third, "SUCCESS", "0000");
        // This client's share is larger than fee and discount: what we earn is negative, and the books say so.
        Assert.Equal(2 * (200_100 - 16_000), await world.Posted("market:client:8:NGN"));
        Assert.Equal(2 * (100 - 16_000), await world.Posted("market:income:NGN"));
        var down = await world.Buys(MarketWorld.Reserve, Order(world, "F-4", product: 3), 200, "0000");
        await world.Ends(down, "FAILED", "2239");
        await world.BooksBalance();
    }

    private static string Order(
        MarketWorld world, string reference, string target = "45701122334", int product = 1) =>
        world.Order(reference, target, product: product, fee: "100");

    private static string Sign(string secret, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    private static async Task<MarketWorld> Start(string engine, PartnersHost partners)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("parley-market-").FullName, "market.yaml");
        await File.WriteAllTextAsync(file, partners.Provisioning());
        var server = await RunningServer.Start(engine, "--Provision", file);
        return MarketWorld.Of(server, 8, "other-client-key-0001", "other-secret");
    }
}
