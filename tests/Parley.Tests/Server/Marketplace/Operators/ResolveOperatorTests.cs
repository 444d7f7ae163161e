namespace Parley.Tests.Server.Marketplace.Operators;

public sealed class ResolveOperatorTests
{
    [Fact]
    public async Task Asks_outside_before_the_number_plan_and_falls_back_on_it_only_when_told_to()
    {
        await using var service = await NumberBook.Start();
        foreach (var (fallback, silent) in ((string, string)[])[("true", "0000 62130"), ("false", "9030 ")])
        {
            await using var partners = await PartnersHost.Start();
            var file = Path.Combine(Directory.CreateTempSubdirectory("parley-market-").FullName, "market.yaml");
            await File.WriteAllTextAsync(file, partners.Provisioning() +
                $$"""

                  operators: [ { code: "62130", name: MTN, country: NG }, { code: "62120", name: Airtel, country: NG } ]
                  numberResolver: { url: "{{service.Url}}", timeoutSeconds: 30, rememberSeconds: 0,
                    fallback: {{fallback}} }
                """);
            var server = await RunningServer.Start("sqlite", "--Provision", file);
            await using var world = MarketWorld.Of(server, 8, "other-client-key-0001", "other-secret");
            service.Answers["2348030000111"] = (200, """{"mnoCode":"62120"}""");
            Assert.Equal("0000 62120", await Lookup(world));
            service.Answers["2348030000111"] = (200, """{"mnoCode":"99999","mnoName":"Delta"}""");
            Assert.Equal("0000 99999", await Lookup(world));
            service.Answers["2348030000111"] = (200, """{"mnoName":"airtel"}""");
            Assert.Equal("0000 62120", await Lookup(world));
            service.Answers["2348030000111"] = (200, """{"mnoName":"Nobody Mobile"}""");
            Assert.Equal("0000 ", await Lookup(world));
            service.Answers["2348030000111"] = (404, "");
            Assert.Equal("0000 62130", await Lookup(world));
            service.Answers["2348030000111"] = (503, "");
            Assert.Equal(silent, await Lookup(world));
        }
    }

    private static async Task<string> Lookup(MarketWorld world)
    {
        var (status, body) = await world.Get("/mnoLookup/1.0?clientId=8&msisdn=2348030000111&countryCallingCode=234");
        Assert.Equal((string)body!["responseCode"]! == "9030" ? 504 : 200, status);
        return $"{body["responseCode"]} {body["mnoCode"]}";
    }
}
