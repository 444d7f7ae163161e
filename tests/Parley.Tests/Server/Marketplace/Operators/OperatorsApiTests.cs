namespace Parley.Tests.Server.Marketplace.Operators;

public sealed class OperatorsApiTests
{
    [Fact]
    public async Task Tells_the_operator_of_a_number()
    {
        await using var world = await MarketWorld.Start("sqlite");
        var (status, body) = await world.Get(
            "/mnoLookup/1.0/?clientId=412&msisdn=2348030000111&countryCallingCode=234&clientTxnRef=R-1");
        Assert.Equal(200, status);
        Assert.Equal(("0000", "NG", "62130", "MTN", 10, "R-1"),
            ((string)body!["responseCode"]!, (string)body["countryCode"]!,
            (string)body["mnoCode"]!, (string)body["mnoName"]!, (int)body["vendorId"]!, (string)body["clientTxnRef"]!));
    }

    [Theory]
    [InlineData("2348030000111", "27", "9010")]
    [InlineData("234803", "234", "9010")]
    [InlineData("23480300001x1", "234", "9010")]
    [InlineData("8880000000000", "888", "9010")]
    [InlineData("12025550143", "1", "9020")]
    public async Task Says_why_there_is_none(string msisdn, string calling, string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        var (status, body) = await world.Get(
            $"/mnoLookup/1.0?clientId=412&msisdn={msisdn}&countryCallingCode={calling}");
        Assert.Equal((400, code), (status, (string)body!["responseCode"]!));
    }

    [Fact]
    public async Task Lists_dialling_prefixes()
    {
        await using var world = await MarketWorld.Start("sqlite");
        Assert.True(((System.Text.Json.Nodes.JsonArray)(await world.Get("/lookupCountryPrefix/1.0")).Body!)
            .Count > 200);
        Assert.Empty((System.Text.Json.Nodes.JsonArray)(await world.Get("/lookupCountryPrefix/1.0?countryCode=XX"))
            .Body!);
        Assert.Equal(400, (await world.Get("/lookupCountryPrefix/1.0?countryCode=NGA")).Status);
    }
}
