using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>The operator's side of opt-outs, through the admin door.</summary>
public sealed class OptOutsApiTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_imported_is_refused_exported_and_can_be_imported_again(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        var lines = new StringBuilder("# from the old gateway\n");
        for (var i = 0; i < 2_500; i++) lines.Append($"{ConsentWorld.Number},+2783{i:D7},2026-01-02T03:04:05Z\n");
        lines.Append("shop,27840000001\n\n,27840000002\nnobody,27840000003\n");
        lines.Append("12025550160,0821\nx\n12025550160,27840000004,soon\n");
        var (status, answer) = await world.Admin(
            HttpMethod.Post, $"/opt-outs/import?integrationId={ConsentWorld.Main}", lines.ToString());
        Assert.Equal(200, status);
        var imported = JsonNode.Parse(answer)!;
        Assert.Equal((2_506, 2_502, 4), ((int)imported["lines"]!, (int)imported["changed"]!, (int)imported["bad"]!));
        Assert.Equal("line 2505 names no sender of the integration", (string)imported["problems"]![0]!);
        Assert.Equal(26, await world.Send("27830002499"));
        Assert.Equal(26, await world.Send("27840000001", "Shop"));
        Assert.Equal(0, await world.Send("27840000003"));

        var (_, exported) = await world.Admin(HttpMethod.Get, $"/opt-outs/export?integrationId={ConsentWorld.Main}");
        Assert.Equal(2_502, exported.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("12025550160,27830000000,2026-01-02T03:04:05.000000Z\n", exported, StringComparison.Ordinal);
        var again = await world.Admin(
            HttpMethod.Post, $"/opt-outs/import?integrationId={ConsentWorld.Main}", exported);
        Assert.Equal(0, (int)JsonNode.Parse(again.Body)!["changed"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_old_list_does_not_overrule_a_later_start(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        world.Says(ConsentWorld.Phone, "STOP");
        await world.Taken(1);
        world.Says(ConsentWorld.Phone, "START");
        await world.Arrives(ConsentWorld.Phone, "You are in.");
        var line = $"{ConsentWorld.Number},{ConsentWorld.Phone},2026-01-02";
        await world.Admin(HttpMethod.Post, $"/opt-outs/import?integrationId={ConsentWorld.Main}", line);
        Assert.Equal(0, await world.Send(ConsentWorld.Phone));
        await world.Admin(
            HttpMethod.Post, $"/opt-outs/import?integrationId={ConsentWorld.Main}",
            $"{ConsentWorld.Number},{ConsentWorld.Phone}");
        Assert.Equal(26, await world.Send(ConsentWorld.Phone));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Pages_hold_everybody_once_and_filters_hold(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        for (var i = 0; i < 5; i++) await Add(world, $"2783000000{i}");
        await Add(world, "27830000009", "Boutique");
        await Remove(world, "27830000004");
        var (seen, next) = (new List<string>(), "");
        while (next is not null)
        {
            var after = Uri.EscapeDataString(next.Length == 0 ? ",," : next);
            var page = await world.Ask($"/opt-outs?limit=2&after={after}");
            seen.AddRange(page["optOuts"]!.AsArray().Select(o => (string)o!["recipient"]!));
            next = (string?)page["next"];
        }
        Assert.Equal(
            ["27830000000", "27830000001", "27830000002", "27830000003", "27830000009"], seen.Order());
        Assert.Equal("27830000009", await Only(world, "?sender=boutique"));
        Assert.Equal("27830000004", await Only(world, "?state=in"));
        Assert.Equal("27830000002", await Only(world, "?state=all&recipient=27830000002"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_done_by_hand_is_evidence_too(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        await Add(world, "27830000000", ConsentWorld.Number, "by letter");
        Assert.Equal(26, await world.Send("27830000000"));
        await Remove(world, "27830000000");
        Assert.Equal(0, await world.Send("27830000000"));
        var shown = await world.Ask(
            $"/opt-outs/one?integrationId={ConsentWorld.Main}&sender={ConsentWorld.Number}&recipient=27830000000");
        Assert.Equal(
            ["start by admin: ", "stop by admin: by letter"],
            shown["evidence"]!.AsArray().Select(e => $"{e!["what"]} by {e["source"]}: {e["text"]}"));
    }

    [Fact]
    public async Task Says_what_is_wrong()
    {
        await using var world = await ConsentWorld.Start("sqlite");
        Assert.Equal(400, await Status("""{"integrationId":"nobody","recipient":"27830000000"}"""));
        const string main = $"\"integrationId\":\"{ConsentWorld.Main}\"";
        Assert.Equal(400, await Status($$"""{{{main}},"sender":"x","recipient":"27830000000"}"""));
        Assert.Equal(400, await Status($$"""{{{main}},"recipient":"083"}"""));
        var note = new string('x', 201);
        Assert.Equal(400, await Status($$"""{{{main}},"recipient":"27830000000","note":"{{note}}"}"""));
        Assert.Equal(400, (await world.Admin(HttpMethod.Get, "/opt-outs?after=x")).Status);
        Assert.Equal(400, (await world.Admin(HttpMethod.Get, "/opt-outs?state=x")).Status);
        Assert.Equal(400, (await world.Admin(HttpMethod.Get, "/opt-outs/export?integrationId=nobody")).Status);
        Assert.Equal(400, (await world.Admin(HttpMethod.Post, "/opt-outs/import?integrationId=nobody", "x,y")).Status);
        const string absent = $"integrationId={ConsentWorld.Main}&recipient=27830000000";
        Assert.Equal(404, (await world.Admin(HttpMethod.Get, $"/opt-outs/one?{absent}")).Status);
        Assert.Equal(404, (await world.Admin(HttpMethod.Delete, $"/opt-outs?{absent}")).Status);
        Assert.Equal(401, await world.Server.Admin("/admin/v1/opt-outs", "no-admin-key-000000000"));

        async Task<int> Status(string body) => (await world.Admin(HttpMethod.Post, "/opt-outs", body)).Status;
    }

    private static async Task Add(
        ConsentWorld world, string phone, string sender = ConsentWorld.Number, string note = "")
    {
        var body = new JsonObject
        {
            ["integrationId"] = ConsentWorld.Main,
            ["sender"] = sender,
            ["recipient"] = phone,
            ["note"] = note,
        };
        Assert.Equal(200, (await world.Admin(HttpMethod.Post, "/opt-outs", body.ToJsonString())).Status);
    }

    private static async Task Remove(ConsentWorld world, string phone)
    {
        var path = $"/opt-outs?integrationId={ConsentWorld.Main}&sender={ConsentWorld.Number}&recipient={phone}";
        Assert.Equal(200, (await world.Admin(HttpMethod.Delete, path)).Status);
    }

    private static async Task<string> Only(ConsentWorld world, string query) =>
        (string)Assert.Single((await world.Ask("/opt-outs" + query))["optOuts"]!.AsArray())!["recipient"]!;
}
