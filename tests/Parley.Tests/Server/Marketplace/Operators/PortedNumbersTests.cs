using System.Text.Json.Nodes;
using Parley.Server.Provisioning;
using Parley.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Tests.Server.Marketplace.Operators;

public sealed class PortedNumbersTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_was_imported_wins_over_the_number_plan_until_it_is_forgotten(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        Assert.Equal("62130", await OperatorOf(world, "2348030000111"));
        var (status, said) = await Import(world, "+2348030000111,62130\n2348030000112, 62120\r\n\n2348030000111,62120");
        Assert.Equal((200, 2, 0), (status, (int)said["written"]!, (int)said["forgotten"]!));
        Assert.Equal("62120", await OperatorOf(world, "2348030000111"));
        var shown = await world.Admin(HttpMethod.Get, "/ported-numbers/2348030000111");
        Assert.Equal("62120", (string)shown["operator"]!);
        (status, said) = await Import(world, "2348030000111,\n2348030000199,");
        Assert.Equal((200, 0, 1), (status, (int)said["written"]!, (int)said["forgotten"]!));
        Assert.Equal("62130", await OperatorOf(world, "2348030000111"));
        (status, said) = await Import(world, "2348030000113,62120\nnonsense\n2348030000114,00000\n12,62120");
        Assert.Equal((409, "market.malformed"), (status, (string)said["code"]!));
        foreach (var line in (string[])["line 2:", "line 3: there is no such operator", "line 4:"])
            Assert.Contains(line, (string)said["error"]!);
        // All lines or none.
        Assert.Equal("62130", await OperatorOf(world, "2348030000113"));
    }

    private static async Task<string> OperatorOf(MarketWorld world, string number)
    {
        var (status, body) = await world.Get($"/mnoLookup/1.0?clientId=412&msisdn={number}&countryCallingCode=234");
        Assert.Equal(200, status);
        return (string)body!["mnoCode"]!;
    }

    private static async Task<(int Status, JsonNode Body)> Import(MarketWorld world, string lines)
    {
        var folder = world.Server.Services.GetRequiredService<ParleyOptions>().Storage.Folder;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/v1/marketplace/ported-numbers");
        request.Headers.TryAddWithoutValidation("Authorization", DemoKey.ReadOrMake(folder, DemoKey.AdminFileName));
        request.Content = new StringContent(lines, null, "text/csv");
        using var response = await world.Server.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
