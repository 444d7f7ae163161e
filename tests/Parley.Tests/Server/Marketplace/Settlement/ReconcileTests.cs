using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class ReconcileTests
{
    private const string Header = "reference,amount,currency,outcome,time\n";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_suppliers_statement_is_compared_and_each_difference_raised_once(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        List<string> sold = [];
        foreach (var (name, target) in ((string, string)[])
            [("A-1", "45701122331"), ("A-2", "45701122332"), ("A-3", "45701122333"), ("A-4", "45701122334")])
            sold.Add(await Buy(world, name, target, "SUCCESS"));
        var declined = await Buy(world, "A-5", "45701120001", "FAILED");
        var statement = Header
            + Line(sold[0] + "-1", 190_000)
            + Line(sold[0].ToUpperInvariant() + "-1", 190_000)
            + Line(sold[1] + "-1", 195_000)
            + Line(sold[2] + "-1", 190_000, "FAILED")
            + Line(declined + "-1", 190_000)
            + Line("their-own-7", 1);
        // What was sold in the last minutes of a span may stand on the next statement.
        world.Jump(TimeSpan.FromMinutes(30));
        var span = Span(world);
        var report = await Upload(world, $"kind=supplier&party=river&by=ops&{span}", statement);
        Assert.Equal(1, (int)report["matched"]!);
        Only(report, "listedTwice", sold[0].ToUpperInvariant() + "-1");
        Only(report, "differingAmount", sold[1] + "-1");
        Assert.Equal((2, 2), ((int)report["differingOutcome"]!["count"]!, Items(report, "differingOutcome").Count));
        Only(report, "missingAtUs", "their-own-7");
        Only(report, "missingAtThem", sold[3] + "-1");
        Assert.Equal((6, 6, false),
            ((int)report["lines"]!, (int)report["exceptionsRaised"]!, (bool)report["repeated"]!));

        var again = await Upload(world, $"kind=supplier&party=river&by=ops&{span}", statement);
        Assert.Equal((report["id"]!.ToString(), true), (again["id"]!.ToString(), (bool)again["repeated"]!));
        // The same lines in another file are the same differences.
        var more = await Upload(world, $"kind=supplier&party=river&by=ops&{span}", statement + Line("their-own-8", 1));
        Assert.Equal((7, 1), ((int)more["lines"]!, (int)more["exceptionsRaised"]!));
        var exceptions = (await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!.AsArray();
        Assert.Equal(
            ["supplier-amount", "supplier-missing-at-them", "supplier-missing-at-us", "supplier-missing-at-us",
                "supplier-outcome", "supplier-outcome", "supplier-twice"],
            exceptions.Select(e => (string)e!["kind"]!).Order());
        var unknown = exceptions.First(e => (string)e!["subject"]! == "supplier:river:their-own-7")!;
        Assert.Null((string?)unknown["raasTxnRef"]);
        var shown = await world.Admin(HttpMethod.Get, $"/reconciliations/{report["id"]}");
        Assert.Equal(("ops", 6), ((string)shown["by"]!, (int)shown["lines"]!));
        Assert.Equal(2, (await world.Admin(HttpMethod.Get, "/reconciliations"))["reconciliations"]!.AsArray().Count);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_bank_names_sales_by_either_reference_and_the_next_statement_completes_the_edge(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var first = await Buy(world, "A-1", "45701122331", "SUCCESS");
        var second = await Buy(world, "A-2", "45701122332", "SUCCESS");
        var released = await Buy(world, "A-3", "45701120001", "FAILED");
        foreach (var reference in (string[])[first, second, released]) await world.Told(reference);
        world.Jump(TimeSpan.FromMinutes(5));
        // Five minutes before the end: neither is missing yet, and the one that is listed counts.
        var span = Span(world);
        var statement = Header + Line(world.Bank.HoldOf(first)!.Reference, 210_000) + Line(released, 0, "FAILED");
        var report = await Upload(world, $"kind=bank&party=1&by=ops&{span}", statement);
        Assert.Equal((2, 0), ((int)report["matched"]!, (int)report["exceptionsRaised"]!));
        var next = Uri.EscapeDataString((string)report["until"]!);
        world.Jump(TimeSpan.FromHours(1));
        var later = Uri.EscapeDataString($"{world.Server.Clock.GetUtcNow():O}");
        var rest = await Upload(world, $"kind=bank&party=1&by=ops&from={next}&until={later}", Header);
        Only(rest, "missingAtThem", second);
        Assert.Equal(1, (int)rest["exceptionsRaised"]!);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_was_open_when_a_statement_came_is_judged_by_the_next(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        // They say that they sold, and later decline.
        var order = world.Order("A-1", target: "45701120241");
        var reference = await world.Buys(MarketWorld.Reserve, order, 200, "0000");
        await Eventually.Holds(async () =>
        {
            var shown = await world.Admin(HttpMethod.Get, $"/purchases/{reference}");
            return (string)shown["state"]! == "VendPending";
        }, "the vend is pending");
        var statement = Header + Line(reference + "-1", 190_000);
        var first = await Upload(world, $"kind=supplier&party=river&by=ops&{Span(world)}", statement);
        Only(first, "open", reference + "-1");
        Assert.Equal(0, (int)first["exceptionsRaised"]!);
        world.Jump(TimeSpan.FromSeconds(31));
        await world.Ends(reference, "FAILED", "2201");
        foreach (var raised in (int[])[1, 0])
        {
            var next = await Upload(world, $"kind=supplier&party=river&by=ops&{Span(world)}", Header);
            Assert.Equal((raised, raised), (Items(next, "differingOutcome").Count, (int)next["exceptionsRaised"]!));
        }
    }

    [Fact]
    public async Task What_can_not_be_read_whole_changes_nothing()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var reference = await Buy(world, "A-1", "45701122331", "SUCCESS");
        var span = Span(world);
        var bad = Header + Line(reference + "-1", 5) + "x,y\n" + Line("their-own", 1, "MAYBE");
        var refused = await Upload(world, $"kind=supplier&party=river&by=ops&{span}", bad);
        Assert.Equal("reconciliation.malformed", (string)refused["code"]!);
        Assert.Equal([3, 4], refused["lines"]!.AsArray().Select(l => (int)l!["line"]!));
        foreach (var (query, code) in ((string, string)[])
            [($"kind=supplier&party=nobody&by=ops&{span}", "reconciliation.unknown-party"),
                ($"kind=bank&party=river&by=ops&{span}", "reconciliation.unknown-party"),
                ($"kind=client&party=river&by=ops&{span}", "reconciliation.malformed"),
                ($"kind=supplier&party=river&by=&{span}", "reconciliation.malformed"),
                ("kind=supplier&party=river&by=ops&from=2026-01-02&until=2026-01-02", "reconciliation.malformed"),
                ("kind=supplier&party=river&by=ops&from=2026-01-02&until=2099-01-02", "reconciliation.malformed")])
            Assert.Equal(code, (string)(await Upload(world, query, Header))["code"]!);
        Assert.Empty((await world.Admin(HttpMethod.Get, "/reconciliations"))["reconciliations"]!.AsArray());
        Assert.Empty((await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!.AsArray());
    }

    private static async Task<string> Buy(MarketWorld world, string name, string target, string status)
    {
        var reference = await world.Buys(MarketWorld.Reserve, world.Order(name, target: target), 200, "0000");
        await world.Ends(reference, status, status == "SUCCESS" ? "0000" : "2201");
        return reference;
    }

    private static string Span(MarketWorld world)
    {
        var now = world.Server.Clock.GetUtcNow();
        var (from, until) = (Uri.EscapeDataString($"{now.AddDays(-1):O}"), Uri.EscapeDataString($"{now:O}"));
        return $"from={from}&until={until}";
    }

    private static string Line(string reference, long amount, string outcome = "SUCCESS") =>
        $"{reference},{amount},NGN,{outcome},2026-11-25T09:15:41Z\n";

    private static async Task<JsonNode> Upload(MarketWorld world, string query, string statement) =>
        await world.Admin(HttpMethod.Post, $"/reconciliations?{query}", statement);

    private static List<string> Items(JsonNode report, string list) =>
        [.. report[list]!["items"]!.AsArray().Select(i => (string)i!["reference"]!)];

    private static void Only(JsonNode report, string list, string reference) =>
        Assert.Equal([reference], Items(report, list));
}
