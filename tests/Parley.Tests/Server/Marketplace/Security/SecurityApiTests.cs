using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace.Security;

public sealed class SecurityApiTests
{
    private const string Prefixes = "/lookupCountryPrefix/1.0/?countryCode=ng";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Issues_tokens_that_open_with_the_key_and_outlive_a_restart(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var (status, body) = await world.AskToken(await Secret(world));
        Assert.Equal(200, status);
        Assert.Equal(("bearer", 300, "1800", 0), ((string)body["token_type"]!, (int)body["expires_in"]!,
            (string)body["refresh_expires_in"]!, (int)body["not-before-policy"]!));
        Assert.Equal(200, (await world.Get(Prefixes)).Status);
        await world.Server.Restart();
        var (again, prefixes) = await world.Get(Prefixes);
        Assert.Equal(200, again);
        Assert.Equal(("Nigeria", 234), ((string)prefixes![0]!["countryName"]!, (int)prefixes[0]!["dialingPrefix"]!));
        Assert.Single((JsonArray)JsonNode.Parse(await world.Server.Http.GetStringAsync(
            MarketWorld.TokenPath.Replace("/token", "/certs", StringComparison.Ordinal)))!["keys"]!);
        world.Jump(TimeSpan.FromDays(31));
        Assert.Equal(200, (await world.Get(Prefixes)).Status);
        var keys = (JsonArray)JsonNode.Parse(await world.Server.Http.GetStringAsync(
            MarketWorld.TokenPath.Replace("/token", "/certs", StringComparison.Ordinal)))!["keys"]!;
        Assert.Equal("P-256", (string)keys[0]!["crv"]!);
        Assert.All(keys, k => Assert.Null(k!["d"]));
    }

    [Fact]
    public async Task Refuses_wrong_clients_secrets_and_grants()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var secret = await Secret(world);
        Assert.Equal((400, "unauthorized_client"), Error(await world.AskToken("wrong")));
        Assert.Equal((400, "unsupported_grant_type"), Error(await world.AskToken(secret, "password")));
        var unknown = await world.AskToken(secret, client: "999");
        Assert.Equal((400, "invalid_client", "UNKNOWN_CLIENT"),
            (unknown.Status, (string)unknown.Body["error"]!, (string)unknown.Body["error_description"]!));
        var issued = (await world.AskToken(secret)).Body;
        var refreshed = await world.AskToken(secret, "refresh_token", refresh: (string)issued["refresh_token"]!);
        Assert.Equal(200, refreshed.Status);
        Assert.Equal((400, "invalid_grant"),
            Error(await world.AskToken(secret, "refresh_token", refresh: (string)issued["access_token"]!)));
    }

    [Fact]
    public async Task Lets_nobody_in_with_a_wrong_forged_or_expired_token_or_key()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var token = await world.Token();
        var parts = token.Split('.');
        var issued = (await world.AskToken(await Secret(world))).Body;
        Assert.Equal(200, await Status(world, token, null));
        Assert.Equal(401, await Status(world, "", null));
        Assert.Equal(401, await Status(world, "nonsense", null));
        Assert.Equal(401, await Status(world, token, ""));
        Assert.Equal(401, await Status(world, token, "another-key-altogether"));
        Assert.Equal(401, await Status(world, $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA", null));
        Assert.Equal(401, await Status(world, $"{parts[0]}.eyJzdWIiOiI0MTIifQ.{parts[2]}", null));
        Assert.Equal(401, await Status(world, (string)issued["refresh_token"]!, null));
        world.Server.Clock.Jump(TimeSpan.FromSeconds(290));
        Assert.Equal(200, await Status(world, token, null));
        world.Server.Clock.Jump(TimeSpan.FromSeconds(11));
        Assert.Equal(401, await Status(world, token, null));
    }

    [Fact]
    public async Task Bounds_the_token_calls_of_a_client()
    {
        await using var world = await MarketWorld.Start("sqlite", "--Marketplace:TokenCallsPerMinute", "3");
        for (var i = 0; i < 3; i++) Assert.Equal(400, (await world.AskToken("guess")).Status);
        Assert.Equal(429, (await world.AskToken("guess")).Status);
    }

    private static async Task<int> Status(MarketWorld world, string token, string? key) =>
        (await world.Send(HttpMethod.Get, Prefixes, null, token: token, key: key)).Status;

    private static (int, string) Error((int Status, JsonNode Body) answer) =>
        (answer.Status, (string)answer.Body["error"]!);

    private static Task<string> Secret(MarketWorld world) => Task.FromResult("market-" + world.Key);
}
