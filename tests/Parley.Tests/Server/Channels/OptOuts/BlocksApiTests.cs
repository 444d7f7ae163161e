using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>Recipients that an operator takes out, through the admin door and the One API's.</summary>
public sealed class BlocksApiTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_blocked_or_delisted_recipient_gets_nothing_until_he_is_let_in_again(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        await Post(world, """{"recipient":"+27830000001","reason":"court order"}""");
        await Post(world, """{"recipient":"27830000002","kind":"delisted","tenantId":"shop"}""");
        await Post(world, """{"recipient":"27830000003","tenantId":"other"}""");
        Assert.Equal(25, await world.Send("27830000001"));
        Assert.Equal(26, await world.Send("27830000002"));
        Assert.Equal(0, await world.Send("27830000003"));
        await world.Server.Restart();
        Assert.Equal(25, await world.Send("27830000001", ""));
        await Post(world, """{"recipient":"27830000001","kind":"delisted"}""");
        Assert.Equal(26, await world.Send("27830000001"));
        Assert.Equal(200, (await world.Admin(HttpMethod.Delete, "/blocks?recipient=27830000001")).Status);
        Assert.Equal(200, (await world.Admin(HttpMethod.Delete, "/blocks?tenantId=shop&recipient=27830000002")).Status);
        Assert.Equal(404, (await world.Admin(HttpMethod.Delete, "/blocks?recipient=27830000002")).Status);
        Assert.Equal(0, await world.Send("27830000001"));
        Assert.Equal(0, await world.Send("27830000002"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_list_is_imported_and_shown(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        var (status, answer) = await world.Admin(
            HttpMethod.Post, "/blocks/import",
            "27830000001\n27830000002,delisted,\"asked, twice\"\n" +
            "27830000001,delisted\n083,blocked\n27830000003,gone\n");
        Assert.Equal(200, status);
        var imported = JsonNode.Parse(answer)!;
        Assert.Equal((5, 2, 2), ((int)imported["lines"]!, (int)imported["changed"]!, (int)imported["bad"]!));
        var page = await world.Ask("/blocks?kind=delisted&limit=1");
        Assert.Equal("27830000001", (string)page["blocks"]![0]!["recipient"]!);
        page = await world.Ask($"/blocks?kind=delisted&after={Uri.EscapeDataString((string)page["next"]!)}");
        Assert.Equal("asked, twice", (string)Assert.Single(page["blocks"]!.AsArray())!["reason"]!);
        Assert.Empty((await world.Ask("/blocks?kind=blocked"))["blocks"]!.AsArray());
        Assert.Equal(26, await world.Send("27830000002"));
    }

    [Fact]
    public async Task Says_what_is_wrong()
    {
        await using var world = await ConsentWorld.Start("sqlite");
        Assert.Equal(400, (await world.Admin(HttpMethod.Post, "/blocks", """{"recipient":"12"}""")).Status);
        Assert.Equal(400, (await world.Admin(
            HttpMethod.Post, "/blocks", """{"recipient":"27830000001","kind":"banned"}""")).Status);
        Assert.Equal(400, (await world.Admin(HttpMethod.Get, "/blocks?after=1,2,3")).Status);
        Assert.Equal(401, await world.Server.Admin("/admin/v1/blocks", "no-admin-key-000000000"));
    }

    private static async Task Post(ConsentWorld world, string body) =>
        Assert.Equal(200, (await world.Admin(HttpMethod.Post, "/blocks", body)).Status);
}
