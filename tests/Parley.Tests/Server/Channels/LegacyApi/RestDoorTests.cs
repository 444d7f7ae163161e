using System.Text.Json.Nodes;
using System.Xml.Linq;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>Contract channels §6, row by row, through the door.</summary>
public sealed class RestDoorTests(LegacyWorld world) : IClassFixture<LegacyWorld>
{
    private const string Error =
        """\{"error":\{"code":"CODE","description":"[^":,]+","documentation":"http://[^"]+"\}\}""";

    public static TheoryData<string> Engines => TestEngine.All;

    /// <summary>Method, path, body, key; status and the code of the top-level error.</summary>
    public static TheoryData<string, string, string, string?, string?, int, string> Refused => new(
        from engine in TestEngine.All
        from row in ((string, string, string?, string?, int, string)[])
        [
            ("POST", "/rest/message", Valid, null, 401, "001"),
            ("POST", "/rest/message", Valid, "Bearer nobody", 401, "001"),
            ("GET", "/rest/account/balance", null, LegacyWorld.ClosedKey, 401, "004"),
            ("GET", "/rest/account/balance", null, LegacyWorld.SleepingKey, 401, "004"),
            ("GET", "/rest/account/balance", null, LegacyWorld.ElsewhereKey, 401, "007"),
            ("POST", "/rest/message", "{", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", "[]", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", Valid + "x", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", """{"to":{"a":1},"text":"x"}""", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", """{"to":[["27999000123"]],"text":"x"}""", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", """{"to":["27999000123"],"text":"\ud800"}""", LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", $$"""{"to":["27999000123"],"x":{{new string('[', 40)}}{{new string(']', 40)}}}""",
                LegacyWorld.Key, 400, "100"),
            ("POST", "/rest/message", "", LegacyWorld.Key, 400, "105"),
            ("POST", "/rest/message", """{"to":[],"text":"x"}""", LegacyWorld.Key, 400, "105"),
            ("GET", "/rest/message", null, LegacyWorld.Key, 400, "109"),
            ("GET", "/rest/message/0123456789abcdef0123456789abcdef", "{}", LegacyWorld.Key, 404, "103"),
            ("DELETE", "/rest/message/nonsense", "{}", LegacyWorld.Key, 404, "103"),
            ("GET", "/rest/message?clientMessageId=nobodys", null, LegacyWorld.Key, 404, "104"),
            ("GET", "/rest/coverage/12", null, LegacyWorld.Key, 400, "105"),
            ("PUT", "/rest/message", Valid, LegacyWorld.Key, 405, "160"),
            ("POST", "/rest/account/balance", "{}", LegacyWorld.Key, 405, "160"),
            ("GET", "/rest/nothing", null, LegacyWorld.Key, 404, "161"),
        ]
        select new TheoryDataRow<string, string, string, string?, string?, int, string>(
            engine.Data, row.Item1, row.Item2, row.Item3, row.Item4, row.Item5, row.Item6));

    /// <summary>Fields beside one good number, and the error that its entry gets.</summary>
    public static TheoryData<string, string, string> EntryErrors => new(
        from engine in TestEngine.All
        from row in ((string, string)[])
        [
            ("\"text\":\"x\",\"callback\":8", "101"), ("\"text\":\"x\",\"userPriorityQueue\":4", "101"),
            ("\"text\":\"x\",\"maxMessageParts\":36", "101"), ("\"text\":\"x\",\"maxCredits\":\"no\"", "101"),
            ("\"text\":\"x\\u0000\"", "101"), ("\"text\":\"x\",\"binary\":true", "101"),
            ("\"text\":\"00\",\"userDataHeader\":\"0500\"", "102"),
            ("\"text\":\"x\",\"from\":\"12025550999\"", "106"), ("\"text\":\"\"", "107"), ("\"text\":null", "107"),
            ($"\"text\":\"{new string('x', 460)}\"", "113"), ("\"text\":\"x\",\"maxCredits\":0.8", "114"),
            ("\"text\":\"x\",\"requiredFeatures\":64", "114"), ("\"text\":\"\\u0000\",\"unicode\":1", "116"),
            ("\"text\":\"x\",\"scheduledDeliveryTime\":\"soon\"", "120"),
            ("\"text\":\"x\",\"scheduledDeliveryTime\":\"2099-01-01T00:00:00Z\"", "120"),
            ("\"text\":\"x\",\"from\":\"Stranger\"", "123"),
        ]
        select new TheoryDataRow<string, string, string>(engine.Data, row.Item1, row.Item2));

    private const string Valid = """{"text":"x","to":["27830000117"]}""";

    [Theory, MemberData(nameof(Refused))]
    public async Task Refuses_a_request_whole(
        string engine, string method, string path, string? body, string? key, int status, string code)
    {
        var (answered, text, response) = await world.Rest(engine, method, path, body, key);
        Assert.Equal(status, answered);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches($"^{Error.Replace("CODE", code, StringComparison.Ordinal)}$", text);
        if (code == "160") Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Theory, MemberData(nameof(EntryErrors))]
    public async Task Refuses_an_entry_with_its_error_and_no_top_level_one(string engine, string fields, string code)
    {
        var (status, text, _) = await world.Rest(
            engine, "POST", "/rest/message", $$"""{"to":["27830000117"],{{fields}}}""");
        Assert.Equal(400, status);
        Assert.Matches(
            """^\{"data":\{"message":\[\{"accepted":false,"to":"27830000117","""
            + Error.Replace("CODE", code, StringComparison.Ordinal)[2..^2] + ""","apiMessageId":""\}\]\}\}$""", text);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_accepted_number_makes_it_202_in_the_exact_shape(string engine)
    {
        var (one, two) = (HttpCommandsTests.Number(), HttpCommandsTests.Number());
        var request = $$"""{"text":"x","to":["+{{one}}","12",{{two}},"447700900123"]}""";
        var (status, text, _) = await world.Rest(engine, "POST", "/rest/message", request, headers: ("X-Version", "1"));
        Assert.Equal(202, status);
        Assert.Matches(
            $$"""^\{"data":\{"message":\[\{"accepted":true,"to":"\+{{one}}","apiMessageId":"[0-9a-f]{32}"\},"""
            + """\{"accepted":false,"to":"12","error":\{"code":"105",[^}]+\},"apiMessageId":""\},"""
            + $$"""\{"accepted":true,"to":"{{two}}","apiMessageId":"[0-9a-f]{32}"\},"""
            + """\{"accepted":false,"to":"447700900123","error":\{"code":"114",[^}]+\},"apiMessageId":""\}\]\}\}$""",
            text);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Blocks_opt_outs_and_delistings_have_their_numbers_and_no_credit_is_402(string engine)
    {
        var (_, text, _) = await world.Rest(
            engine, "POST", "/rest/message", """{"text":"x","to":["27999000121","27999000122","27999000128"]}""");
        Assert.Equal(["121", "122", "128"], Entries(text).Select(e => (string)e["error"]!["code"]!));
        (var status, text, _) = await world.Rest(engine, "POST", "/rest/message", Valid, LegacyWorld.PoorKey);
        Assert.Equal((402, "301"), (status, (string)Entries(text).Single()["error"]!["code"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Takes_600_numbers_and_refuses_601_whole(string engine)
    {
        string List(int count) => string.Join(
            ',', Enumerable.Range(0, count).Select(_ => $"\"{HttpCommandsTests.Number()}\""));
        var (status, text, _) = await world.Rest(
            engine, "POST", "/rest/message", $$"""{"text":"x","to":[{{List(600)}}]}""");
        Assert.Equal((202, 600), (status, Entries(text).Select(e => (string)e["apiMessageId"]!).Distinct().Count()));
        (status, text, _) = await world.Rest(
            engine, "POST", "/rest/message", $$"""{"text":"x","to":[{{List(601)}}]}""");
        Assert.Equal((400, "101"), (status, (string)JsonNode.Parse(text)!["error"]!["code"]!));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Fields_have_their_effect(string engine)
    {
        var own = "rest-" + HttpCommandsTests.Number();
        var id = await SendOne(engine, $$"""
            "text":"Привет","clientMessageId":"{{own}}","callback":"5","userPriorityQueue":1,"validityPeriod":"60","mo":1,"escalate":true,
            "maxMessageParts":2,"maxCredits":1.5,"scheduledDeliveryTime":"{{world[engine].Clock.GetUtcNow().AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}"
            """);
        var stored = await world.Stored(engine, id);
        Assert.Equal(
            ("Привет", own, Told.Sent | Told.Failed, 1, Door.LegacyApi),
            (stored.Content.Text, stored.ClientMessageId, stored.Told, stored.Priority, stored.Door));
        Assert.InRange(
            stored.ScheduledAt!.Value - stored.AcceptedAt, 3_590 * Micros.PerSecond, 3_600 * Micros.PerSecond);
        Assert.Equal(60 * Micros.PerMinute, stored.DeadlineAt - stored.ScheduledAt);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Zero_and_empty_are_unset_and_unknown_fields_are_ignored(string engine)
    {
        var id = await SendOne(engine, """
            "text":"x","from":"","callback":0,"clientMessageId":"","maxMessageParts":0,"userPriorityQueue":0,"DeliveryQueue":0,"escalate":0,"mo":0,
            "maxCredits":0,"binary":0,"unicode":0,"type":"","userDataHeader":"","scheduledDeliveryTime":0,"validityPeriod":0,"requiredFeatures":0,
            "unknown":{"deep":[1]}
            """);
        var stored = await world.Stored(engine, id);
        Assert.Equal((3, Told.Nothing, null), (stored.Priority, stored.Told, stored.ScheduledAt));
        Assert.Equal(1_440 * Micros.PerMinute, stored.DeadlineAt - stored.AcceptedAt);
        Assert.Null((await world.Stored(engine, await SendOne(engine, "\"text\":5,\"from\":null"))).Told);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Unicode_and_binary_reach_the_carrier(string engine)
    {
        (string Fields, byte DataCoding, string Octets)[] forms =
        [
            ("\"text\":\"00480069\",\"unicode\":\"1\"", 8, "00480069"),
            ("\"text\":\"Hi\",\"unicode\":1", 8, "00480069"),
            ("\"text\":\"00ff\",\"binary\":true", 4, "00FF"),
            ("\"text\":\"4a\",\"userDataHeader\":\"06050415810000\"", 4, "060504158100004A"),
            ("\"text\":\"Hi\",\"type\":\"SMS_FLASH\"", 0x10, "4869"),
        ];
        foreach (var (fields, dataCoding, octets) in forms)
        {
            var number = HttpCommandsTests.Number();
            await SendOne(engine, fields, number);
            var part = (await world.Arrived(engine, number))[0];
            Assert.Equal((dataCoding, octets), (part.DataCoding, Convert.ToHexString(part.Content)));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Fields_may_stand_in_the_query_and_the_body_goes_before(string engine)
    {
        var (one, two) = (HttpCommandsTests.Number(), HttpCommandsTests.Number());
        foreach (var body in (string[])["", "{}"])
        {
            var (status, text, _) = await world.Rest(engine, "POST", $"/rest/message?to={one}&text=query", body);
            Assert.Equal((202, one), (status, (string)Entries(text).Single()["to"]!));
        }
        await world.Rest(
            engine, "POST", $"/rest/message?to=12&TEXT=query&to={one}", $$"""{"to":"{{two}}","text":"body"}""");
        Assert.Equal("body", GsmAlphabet.Decode((await world.Arrived(engine, two))[0].Content));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Tells_where_a_message_stands_and_stops_it(string engine)
    {
        var own = "find-" + HttpCommandsTests.Number();
        var in1Hour = world[engine].Clock.GetUtcNow().AddHours(1);
        var id = await SendOne(
            engine, $$"""
            "text":"{{new string('x', 161)}}","clientMessageId":"{{own}}","scheduledDeliveryTime":"{{in1Hour:yyyy-MM-dd'T'HH:mm:ss'Z'}}"
            """);
        var found = $$$"""
            {"data":{"charge":2.5,"messageStatus":"011","description":"Message queued for later delivery","apiMessageId":"{{{id}}}",
            "clientMessageId":"{{{own}}}"}}
            """.Replace("\n", "", StringComparison.Ordinal);
        // The bodies and queries that clients send with a GET (§6).
        foreach (var path in (string[])[$"/rest/message/{id}", $"/rest/message/{id}?text=&to=",
            $"/rest/message?clientMessageId={own}"])
            foreach (var body in (string?[])[null, "", "{}", "nonsense"])
                Assert.Equal((200, found), await Plain(world.Rest(engine, "GET", path, body)));
        var stopped = $$$"""
            {"data":{"apiMessageId":"{{{id}}}","messageStatus":"006","description":"User cancelled message delivery","charge":0}}
            """.Trim();
        Assert.Equal((200, stopped), await Plain(world.Rest(engine, "DELETE", $"/rest/message/{id}", "{}")));
        Assert.Equal((200, stopped), await Plain(world.Rest(engine, "DELETE", $"/rest/message/{id}", "")));
        Assert.Equal(
            404, (await world.Rest(engine, "DELETE", $"/rest/message/{id}", "", LegacyWorld.TwoWayKey)).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Balance_is_a_string_and_coverage_tells_its_charge(string engine)
    {
        Assert.Equal((200, """{"data":{"balance":"308.50"}}"""), await Plain(
            world.Rest(engine, "GET", "/rest/account/balance", "{}")));
        Assert.Equal((200, """{"data":{"routable":true,"destination":"27999000123","minimumCharge":1.25}}"""),
            await Plain(world.Rest(engine, "GET", "/rest/coverage/27999000123", "")));
        Assert.Equal((200, """{"data":{"routable":false,"destination":"447700900123","minimumCharge":0}}"""),
            await Plain(world.Rest(engine, "GET", "/rest/coverage/447700900123", key: LegacyWorld.Key)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Speaks_XML(string engine)
    {
        var number = HttpCommandsTests.Number();
        string[] requests =
        [
            $"<request><text>Hi &amp; bye</text><to>{number}</to><to>12</to><callback>1</callback></request>",
            $"""
            <?xml version="1.0"?>
            <r xmlns="x"><data><message><Text><![CDATA[Hi & bye]]></Text><to><n>{number}</n> <n>12</n></to></message></data></r>
            """,
        ];
        foreach (var request in requests)
        {
            var (status, text, response) = await world.Rest(engine, "POST", "/rest/message", request);
            Assert.Equal((202, "application/xml"), (status, response.Content.Headers.ContentType!.MediaType));
            var messages = XDocument.Parse(text).Root!.Element("data")!.Elements("message").ToList();
            Assert.Equal("response", XDocument.Parse(text).Root!.Name);
            Assert.Equal(["accepted", "to", "apiMessageId"], messages[0].Elements().Select(e => e.Name.LocalName));
            Assert.Equal(
                ["accepted", "to", "error", "apiMessageId"], messages[1].Elements().Select(e => e.Name.LocalName));
            Assert.Equal(
                "Hi & bye", (await world.Stored(engine, messages[0].Element("apiMessageId")!.Value)).Content.Text);
        }
        var (_, balance, _) = await world.Rest(
            engine, "GET", "/rest/account/balance", headers: ("Accept", "application/xml"));
        Assert.EndsWith(
            "<response><data><balance>308.50</balance></data></response>", balance, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_XML_that_expands_fetches_or_nests(string engine)
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 5_000)) + string.Concat(Enumerable.Repeat("</a>", 5_000));
        string[] bad =
        [
            "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><r><text>&b;</text><to>27830000117</to></r>",
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><r><text>&x;</text><to>27830000117</to></r>",
            "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r><text>x</text><to>27830000117</to></r>",
            deep, "<r><text>x</text>", "<r>&nothing;</r>",
        ];
        foreach (var body in bad)
        {
            var (status, text, _) = await world.Rest(engine, "POST", "/rest/message", body);
            Assert.Equal((400, "100"), (status, XDocument.Parse(text).Root!.Element("error")!.Element("code")!.Value));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_other_versions_other_forms_and_what_is_too_large(string engine)
    {
        Assert.Matches(
            "\"165\"", (await world.Rest(engine, "GET", "/rest/account/balance", headers: ("X-Version", "2"))).Body);
        var (status, body, _) = await world.Rest(
            engine, "GET", "/rest/account/balance", headers: ("Accept", "image/png"));
        Assert.Equal(406, status);
        Assert.Matches("\"166\"", body);
        (status, body, _) = await world.Rest(
            engine, "POST", "/rest/message", $$"""{"text":"{{new string('x', 1 << 20)}}"}""");
        Assert.Equal(400, status);
        Assert.Matches("\"100\"", body);
        Assert.Equal(200,
            (await world.Rest(engine, "GET", "/rest/account/balance", headers: ("Accept", "text/html, */*"))).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Beyond_its_rate_a_key_gets_429(string engine)
    {
        var answers = new List<(int Status, string Body)>();
        for (var i = 0; i < 5; i++) answers.Add(
            await Plain(world.Rest(engine, "GET", "/rest/account/balance", key: LegacyWorld.SlowKey)));
        Assert.Equal(200, answers[0].Status);
        Assert.Contains(answers, a => a.Status == 429 && a.Body.Contains("\"code\":\"130\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_901_with_503_while_the_database_is_away()
    {
        TestEngine.NeedsPostgres();
        await using var server = await RunningServer.Start("postgres");
        await server.Engine.GoAway();
        using var response = await server.Http.GetAsync("/rest/message/0123456789abcdef0123456789abcdef");
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Contains("\"code\":\"901\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await server.Engine.ComeBack();
    }

    private async Task<string> SendOne(string engine, string fields, string? number = null)
    {
        var (status, text, _) = await world.Rest(
            engine, "POST", "/rest/message", $$"""{"to":["{{number ?? HttpCommandsTests.Number()}}"],{{fields}}}""");
        Assert.True(status == 202, text);
        return (string)Entries(text).Single()["apiMessageId"]!;
    }

    private static IEnumerable<JsonNode> Entries(string text) => JsonNode.Parse(text)!["data"]!["message"]!.AsArray(
        ).Select(e => e!);

    private static async Task<(int Status, string Body)> Plain(
        Task<(int Status, string Body, HttpResponseMessage)> answer)
    {
        var (status, body, _) = await answer;
        return (status, body);
    }
}
