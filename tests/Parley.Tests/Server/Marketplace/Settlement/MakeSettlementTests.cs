using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class MakeSettlementTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_day_is_the_same_bytes_whenever_it_is_made_and_what_the_ledger_says(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var day = Tomorrow(world);
        await Buy(world, "A-1", "45701122334", "SUCCESS", "0000");
        await Buy(world, "=A-2", "45701120001", "FAILED", "2201");
        await Buy(world, "A-3", "45701122335", "SUCCESS", "0000");
        await world.Buys(MarketWorld.Reserve, world.Order("A-4", fee: "1"), 200, "2055");
        // More than one page, all of one moment.
        await Copy(world, "A-4", 1_203);
        var booked = await world.Posted("market:client:412:NGN");
        await Pay(world);
        world.Jump(TimeSpan.FromDays(1));
        var row = await Made(world, day);
        Assert.Equal((1_207, null), ((int)row["transactions"]!, (string?)row["problem"]));
        var sold = row["totals"]!.AsArray().Single(t => (string)t!["status"]! == "SUCCESS")!;
        Assert.Equal((2 * 206_000, 2 * 190_000), ((long)sold["settlement"]!, (long)sold["toSupplier"]!));
        Assert.Equal(booked, (long)sold["settlement"]!);

        var (csv, json) = (await Fetch(world, day, "csv"), await Fetch(world, day, "json"));
        Assert.Equal((string)row["csvSha256"]!, HashOf(csv));
        Assert.Equal((string)row["jsonSha256"]!, HashOf(json));
        Assert.Equal(1 + 1_207 + 2, Encoding.UTF8.GetString(csv).Split("\r\n").Length - 1);
        var file = JsonNode.Parse(json)!;
        Assert.Equal(1_207, file["transactions"]!.AsArray().Select(t => (string)t!["raasTxnRef"]!).Distinct().Count());
        Assert.Equal(
            booked, file["transactions"]!.AsArray().Sum(t => (long)t!["settlementAmount"]!));
        Assert.Contains(",'=A-2,", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);

        await Buy(world, "B-1", "45701122334", "SUCCESS", "0000");
        await world.Server.Restart();
        Assert.Equal(csv, await Fetch(world, day, "csv"));
        Assert.Equal(json, await Fetch(world, day, "json"));
        var again = await world.Admin(HttpMethod.Post, $"/settlements/412/{day:yyyy-MM-dd}");
        Assert.Equal((string)row["csvSha256"]!, (string)again["csvSha256"]!);
        await world.BooksBalance();
    }

    [Theory]
    [InlineData("UPDATE ledger_transfers SET amount = amount - 1 WHERE id LIKE '%:gross'",
        "UPDATE ledger_transfers SET amount = amount + 1 WHERE id LIKE '%:gross'",
        "settles 206000 NGN, but 205999 stands")]
    [InlineData("UPDATE market_purchases SET share_amount = 0", "UPDATE market_purchases SET share_amount = 4000",
        "settles 210000 NGN, but 206000 stands")]
    [InlineData("UPDATE market_progress SET final_at = NULL", "UPDATE market_progress SET final_at = changed_at",
        "purchases moved 206000 NGN on market:client:412:NGN, but those known moved 0")]
    public async Task Books_that_say_something_else_are_an_error_and_no_file(string change, string mend, string problem)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var day = Tomorrow(world);
        await Buy(world, "A-1", "45701122334", "SUCCESS", "0000");
        await Acknowledged(world, "A-1");
        await Tamper(world, change);
        world.Jump(TimeSpan.FromDays(1));
        var refused = await world.Admin(HttpMethod.Post, $"/settlements/412/{day:yyyy-MM-dd}");
        Assert.Equal("settlement.differs", (string)refused["code"]!);
        Assert.Contains(problem, (string)refused["error"]!, StringComparison.Ordinal);
        var (status, _) = await world.Get($"/settlement/1.0?clientId=412&date={day:yyyy-MM-dd}&format=csv");
        Assert.Equal(500, status);
        Assert.Contains(problem, (string)(await Row(world, day))!["problem"]!, StringComparison.Ordinal);
        // The purchase that seems not to be final is nobody's day.
        if (!change.Contains("final_at", StringComparison.Ordinal)) await Parked(world, $"{day:yyyy-MM-dd}:412");
        await Tamper(world, mend);
        var made = await world.Admin(HttpMethod.Post, $"/settlements/412/{day:yyyy-MM-dd}");
        Assert.Equal(((string?)null, 64), ((string?)made["problem"], ((string)made["csvSha256"]!).Length));
    }

    [Fact]
    public async Task What_changes_after_it_was_made_shows_and_is_not_handed_out()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var day = Tomorrow(world);
        await world.Buys(MarketWorld.Reserve, world.Order("A-1", fee: "1"), 200, "2055");
        world.Jump(TimeSpan.FromDays(1));
        await Made(world, day);
        await Tamper(world, "UPDATE market_purchases SET client_ref = 'A-2'");
        var refused = await world.Admin(HttpMethod.Get, $"/settlements/412/{day:yyyy-MM-dd}?format=csv");
        Assert.Equal("settlement.changed", (string)refused["code"]!);
        Assert.Equal(500, (await world.Get($"/settlement/1.0?clientId=412&date={day:yyyy-MM-dd}")).Status);
        Assert.NotNull((string?)(await Row(world, day))!["problem"]);
        await Tamper(world, "UPDATE market_purchases SET client_ref = 'A-1'");
        Assert.NotEmpty(await Fetch(world, day, "json"));
    }

    [Fact]
    public async Task The_hour_of_midnight_is_booked_on_either_side_and_settles_once()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var day = Tomorrow(world);
        await Buy(world, "A-1", "45701122334", "SUCCESS", "0000");
        await Acknowledged(world, "A-1");
        // Final in the last microsecond of the day, booked on the next.
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var until = Micros.FromTime(midnight);
        await Tamper(world, $"UPDATE market_progress SET final_at = {until - 1}");
        await Tamper(world, $"UPDATE ledger_transfers SET at = {until} + at % 1000000 WHERE kind <> 2");
        world.Jump(TimeSpan.FromDays(2));
        foreach (var (date, count) in ((DateOnly, int)[])[(day, 1), (day.AddDays(1), 0)])
        {
            var made = await world.Admin(HttpMethod.Post, $"/settlements/412/{date:yyyy-MM-dd}");
            Assert.Equal((count, null), ((int?)made["transactions"], (string?)made["problem"]));
        }
    }

    /// <summary>The clock goes to the morning of the next day, so that no midnight comes in between; answers that day.</summary>
    private static DateOnly Tomorrow(MarketWorld world)
    {
        var now = world.Server.Clock.GetUtcNow();
        world.Jump(now.Date.AddDays(1).AddHours(6) - now.UtcDateTime);
        return DateOnly.FromDateTime(world.Server.Clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>What a client pays is no part of what it bought.</summary>
    private static async Task Pay(MarketWorld world)
    {
        const string payment = """{"currency":"NGN","amount":100000,"reference":"wire-7"}""";
        foreach (var outcome in (string[])["Done", "Repeated"])
            Assert.Equal(outcome, (string)(
                await world.Admin(HttpMethod.Post, "/clients/412/payments", payment))["outcome"]!);
        Assert.Equal((2 * 206_000) - 100_000, await world.Posted("market:client:412:NGN"));
        Assert.Equal("settlement.unknown-account", (string)(
            await world.Admin(HttpMethod.Post, "/clients/413/payments", payment))["code"]!);
    }

    private static async Task Buy(MarketWorld world, string reference, string target, string status, string code)
    {
        var order = world.Order(reference, target: target);
        await world.Ends(await world.Buys(MarketWorld.Reserve, order, 200, "0000"), status, code);
    }

    /// <summary>After this nobody writes the purchase any more.</summary>
    private static async Task Acknowledged(MarketWorld world, string clientRef)
    {
        var sale = await world.Database.Read(c => PurchaseStore.ByRef(c, 412, clientRef), CancellationToken.None);
        await Eventually.Holds(
            async () => (string)(await world.Admin(
                HttpMethod.Get, $"/purchases/{sale!.Purchase.Reference}"))["result"]! == "Acked",
            "the outcome is acknowledged");
    }

    private static Task Parked(MarketWorld world, string key) => Eventually.Holds(async () =>
    {
        var jobs = await world.Server.Administer(
            HttpMethod.Get, "/jobs/parked", DemoKey.ReadOrMake(world.Server.Folder, DemoKey.AdminFileName));
        return jobs["jobs"]!.AsArray().Any(j => (string)j!["kind"]! == "settlement.client" && (string)j["key"]! == key);
    }, $"the job of {key} is parked");

    private static async Task<JsonNode?> Row(MarketWorld world, DateOnly day)
    {
        var found = await world.Admin(HttpMethod.Get, $"/settlements?clientId=412&date={day:yyyy-MM-dd}");
        return found["settlements"]!.AsArray().SingleOrDefault();
    }

    /// <summary>Waits until the job has made it.</summary>
    private static async Task<JsonNode> Made(MarketWorld world, DateOnly day)
    {
        JsonNode? row = null;
        await Eventually.Holds(
            async () => (row = await Row(world, day)) is not null, $"the settlement of {day:yyyy-MM-dd} is made");
        return row!;
    }

    /// <summary>The file as the client gets it, which is also what operators get.</summary>
    private static async Task<byte[]> Fetch(MarketWorld world, DateOnly day, string format)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{MarketWorld.Base}/settlement/1.0?clientId=412&date={day:yyyy-MM-dd}&format={format}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.Token());
        request.Headers.Add("X-API-Key", world.Key);
        using var response = await world.Server.Http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal(
            $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:",
            response.Headers.GetValues("Repr-Digest").Single());
        Assert.Equal(
            $"settlement-412-{day:yyyy-MM-dd}.{format}",
            response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        return bytes;
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Task Tamper(MarketWorld world, string sql) =>
        world.Database.Transact(tx => Assert.True(tx.Execute(sql) > 0), CancellationToken.None);

    /// <summary>The same purchase so many times more.</summary>
    private static async Task Copy(MarketWorld world, string clientRef, int times)
    {
        var sale = await world.Database.Read(c => PurchaseStore.ByRef(c, 412, clientRef), CancellationToken.None);
        var ids = world.Server.Services.GetRequiredService<Ids>();
        await world.Database.Transact(tx =>
        {
            for (var i = 0; i < times; i++)
            {
                var id = ids.Next();
                var copy = sale!.Purchase with { Id = id, ClientRef = $"{clientRef}-{i}" };
                Assert.True(PurchaseStore.Insert(tx, copy, sale.Progress with { Id = id }));
            }
        }, CancellationToken.None);
    }
}
