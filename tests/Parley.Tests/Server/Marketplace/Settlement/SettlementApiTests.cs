namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class SettlementApiTests
{
    [Fact]
    public async Task Answers_its_own_client_for_days_that_are_over()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var now = world.Server.Clock.GetUtcNow();
        var (today, lastWeek) = ($"{now:yyyy-MM-dd}", $"{now.AddDays(-7):yyyy-MM-dd}");
        foreach (var (query, status, code) in ((string, int, string)[])
            [($"clientId=412&date={today}", 404, "4004"), ("clientId=412", 400, "4000"),
                ("clientId=412&date=yesterday", 400, "4000"), ($"clientId=412&date={lastWeek}&format=xml", 400, "4000"),
                ($"clientId=413&date={lastWeek}", 403, "4003"), ($"date={lastWeek}", 400, "4000")])
        {
            var (http, body) = await world.Get($"/settlement/1.0?{query}");
            Assert.True((status, code) == (http, (string)body!["responseCode"]!), $"{query}: {http} {body}");
        }
        Assert.Equal(401, (await world.Send(
            HttpMethod.Get, $"/settlement/1.0?clientId=412&date={lastWeek}", null, token: "guess")).Status);
        // A day without purchases is a file without lines.
        var (ok, empty) = await world.Get($"/settlement/1.0?clientId=412&date={lastWeek}");
        Assert.Equal(200, ok);
        Assert.Empty(empty!["transactions"]!.AsArray());
        Assert.Equal("settlement.not-closed",
            (string)(await world.Admin(HttpMethod.Get, $"/settlements/412/{today}"))["code"]!);
    }
}
