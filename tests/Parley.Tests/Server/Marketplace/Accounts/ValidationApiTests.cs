namespace Parley.Tests.Server.Marketplace.Accounts;

public sealed class ValidationApiTests
{
    [Theory]
    [InlineData("45701122334", 200, "0000")]
    [InlineData("45701120010", 202, "4010")]
    [InlineData("45701120001", 202, "2201")]
    [InlineData("45701120039", 504, "2239")]
    [InlineData("4570-112", 400, "4000")]
    public async Task Answers_what_the_biller_says(string target, int status, string code)
    {
        await using var world = await MarketWorld.Start("sqlite");
        foreach (var path in (string[])["/customer-account-validation/1.0/validate", "/validate"])
        {
            var (http, body) = await world.Post(
                path, $$"""{"clientId":412,"productId":"1701","purchaseAmount":200000,"targetIdentifier":"{{target}}"}""");
            Assert.Equal((status, code), (http, (string)body!["responseCode"]!));
            if (code == "0000")
                Assert.Equal(("A* Okafor", 15_000),
                    ((string)body["accountHolderName"]!, (int)body["outstandingAmount"]!));
        }
    }
}
