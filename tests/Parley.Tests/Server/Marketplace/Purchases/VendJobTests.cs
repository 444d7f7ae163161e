using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class VendJobTests
{
    [Theory]
    [InlineData("0001", "2201")]
    [InlineData("0013", "2213")]
    [InlineData("0014", "2214")]
    [InlineData("0039", "2239")]
    public async Task A_decline_releases_the_hold_and_books_nothing(string suffix, string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: $"4570112{suffix}"), 200,
            "0000");
        await world.Ends(reference, "FAILED", code);
        await world.Told(reference);
        Assert.Equal("released", world.Bank.HoldOf(reference)!.State);
        Assert.Null(world.Bank.ResultsOf(reference)[0]["token"]);
        Assert.Equal(0, await world.Posted("market:client:412:NGN"));
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_decline_for_now_is_tried_at_the_next_supplier(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: "45701120250"), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        Assert.Equal($"{reference}-1", Assert.Single(world.Suppliers.VendsFor("river", "45701120250")).Reference);
        Assert.Equal($"{reference}-2", Assert.Single(world.Suppliers.VendsFor("delta", "45701120250")).Reference);
        Assert.Equal(0, await world.Posted("market:supplier:river:NGN"));
        Assert.Equal(-190_000, await world.Posted("market:supplier:delta:NGN"));
        await world.BooksBalance();
    }

    [Theory]
    [InlineData("0240", "SUCCESS", "0000")]
    [InlineData("0241", "FAILED", "2201")]
    public async Task What_is_pending_is_asked_for_and_is_in_flight_meanwhile(string suffix, string status, string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var target = $"4570112{suffix}";
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: target), 200, "0000");
        await Becomes(world, reference, "VendPending");
        var like = world.Order("ignored", target: target);
        var (_, flight) = await world.Post("/in-flight-transaction-check/1.0", like);
        Assert.True((bool)flight!["hasPendingTransactions"]!);
        Assert.Equal(reference, (string)flight["transactions"]![0]!["raasTxnRef"]!);
        Assert.Empty(world.Bank.ResultsOf(reference));
        world.Jump(TimeSpan.FromSeconds(31));
        await world.Ends(reference, status, code);
        Assert.Single(world.Suppliers.VendsFor("river", target));
        (_, flight) = await world.Post("/in-flight-transaction-check/1.0", like);
        Assert.False((bool)flight!["hasPendingTransactions"]!);
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_lost_answer_is_asked_for_and_never_vended_again(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: "45701120099"), 200, "0000");
        await Eventually.Holds(
            async () => (string)(await world.Admin(HttpMethod.Get, $"/purchases/{reference}"))["state"]!
                is "VendPending" or "Succeeded",
            "its answer was lost");
        world.Jump(TimeSpan.FromSeconds(11));
        await world.Ends(reference, "SUCCESS", "0000");
        Assert.Single(world.Suppliers.VendsFor("river", "45701120099"));
        Assert.Empty(world.Suppliers.VendsFor("delta", "45701120099"));
        await world.BooksBalance();
    }

    /// <summary>What a node leaves that dies between the commit of an attempt and the call of the supplier.</summary>
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_attempt_that_was_begun_by_somebody_who_is_gone_is_not_begun_again(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        world.Server.Services.GetRequiredService<JobQueue>().Hold("river");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await BeginAttempt(world, Wire.IdOf(reference)!);
        await world.Server.Restart();
        await Becomes(world, reference, "VendPending");
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));
        world.Jump(TimeSpan.FromMinutes(3));
        // The supplier has never heard of it: after two minutes that is believed.
        await world.Ends(reference, "FAILED", "2201");
        Assert.Empty(world.Suppliers.VendsFor("river", "45701122334"));
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_waits_when_the_node_stops_is_dispensed_once_after_the_start(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        world.Server.Services.GetRequiredService<JobQueue>().Hold("river");
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await world.Server.Restart();
        await world.Ends(reference, "SUCCESS", "0000");
        // The sandbox's first supplier may not have listened yet.
        Assert.Single((string[])["river", "delta"], s => world.Suppliers.VendsFor(s, "45701122334").Count == 1);
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_person_decides_what_stays_open_for_a_day(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: "45701120299"), 200, "0000");
        await Becomes(world, reference, "VendPending");
        world.Jump(TimeSpan.FromHours(25));
        JsonNode? found = null;
        await Eventually.Holds(async () =>
        {
            var list = (JsonArray)(await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!;
            found = list.FirstOrDefault();
            return found is not null;
        }, "there is an exception");
        Assert.Equal(("vend-unresolved", reference), ((string)found!["kind"]!, (string)found["raasTxnRef"]!));
        var path = $"/exceptions/{(string)found["id"]!}/resolve";
        Assert.Equal("market.malformed", (string)(await world.Admin(HttpMethod.Post, path, "{}"))["code"]!);
        const string noted = """{"outcome":"noted","by":"Ada"}""";
        Assert.Equal("market.not-open", (string)(await world.Admin(HttpMethod.Post, path, noted))["code"]!);
        const string decision = """{"outcome":"sold","by":"Ada","note":"by phone","token":"1111-2222"}""";
        Assert.Equal("sold", (string)(await world.Admin(HttpMethod.Post, path, decision))["outcome"]!);
        await world.Ends(reference, "SUCCESS", "0000");
        Assert.Equal("1111-2222", (string)(await world.Lookup(reference))["token"]!);
        Assert.Equal("market.not-open", (string)(await world.Admin(HttpMethod.Post, path, decision))["code"]!);
        var all = await world.Admin(HttpMethod.Get, "/exceptions?all=true");
        Assert.Equal("Ada", (string)all["exceptions"]![0]!["resolvedBy"]!);
        Assert.Equal(206_000, await world.Posted("market:client:412:NGN"));
        await world.BooksBalance();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_open_vend_is_shown_after_a_day_also_when_its_supplier_is_provisioned_no_more(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1", target: "45701120299"), 200, "0000");
        await Becomes(world, reference, "VendPending");
        var services = world.Server.Services;
        var entries = await services.GetRequiredService<Database>().Read(
            services.GetRequiredService<MarketEntryStore>().All, CancellationToken.None);
        services.GetRequiredService<Catalogue>().Replace([.. entries.Where(e => e.Kind != MarketEntry.Supplier)]);
        world.Jump(TimeSpan.FromHours(25));
        await Eventually.Holds(
            async () => ((JsonArray)(await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!).Any(
                e => ((string)e!["kind"]!, (string)e["raasTxnRef"]!) == ("vend-unresolved", reference)),
            "there is an exception");
    }

    internal static Task Becomes(MarketWorld world, string reference, string state) => Eventually.Holds(
        async () => (string?)(await world.Admin(HttpMethod.Get, $"/purchases/{reference}"))["state"] == state,
        $"purchase {reference} becomes {state}");

    private static Task BeginAttempt(MarketWorld world, string id)
    {
        var services = world.Server.Services;
        var supplier = services.GetRequiredService<Catalogue>().Supplier("river")!;
        return world.Database.Transact(tx =>
        {
            var purchase = PurchaseStore.ByRef(tx, 412, "A-1")!;
            var progress = PurchaseStore.Progress(tx, id);
            Assert.Equal(
                HoldOutcome.Held, services.GetRequiredService<SaleBooks>().Hold(tx, purchase, supplier, 1));
            var now = world.Server.Clock.NowMicros();
            services.GetRequiredService<RecordStep>()
                .Run(tx, purchase, progress, new Step(PurchaseSteps.Vend(progress, "river", now)));
        }, CancellationToken.None);
    }
}
