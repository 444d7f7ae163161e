using System.Text;
using System.Xml.Linq;
using Parley.Tests.Server.Web;

namespace Parley.Tests.Server.Channels.SmsApi;

/// <summary>Contract channels §3.1, §3.2 and §3.4, row by row, through the doors.</summary>
public sealed class SmsDoorTests(SmsApiWorld world) : IClassFixture<SmsApiWorld>
{
    private const string Json = "application/json";
    private const string Xml = "application/xml";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Valid = """{"content":"x","to":["27999000123"]}""";

    public static TheoryData<string> Engines => TestEngine.All;

    /// <summary>What refuses a request whole (§3.4).</summary>
    public static TheoryData<string, string?, string, string, int, int> Refusals => ForEngines(
        (null, Json, Valid, 401, 108),
        ("no-such-key", Json, Valid, 401, 108),
        (SmsApiWorld.IntegrationOffKey, Json, Valid, 401, 108),
        (SmsApiWorld.AccountOffKey, Json, Valid, 400, 4),
        (SmsApiWorld.OtherNetworkKey, Json, Valid, 401, 7),
        (SmsApiWorld.PoorKey, Json, Valid, 402, 301),
        (SmsApiWorld.Key, Json, "", 400, 100),
        (SmsApiWorld.Key, Json, "{", 400, 100),
        (SmsApiWorld.Key, Json, "[]", 400, 100),
        (SmsApiWorld.Key, Json, Valid + "x", 400, 100),
        (SmsApiWorld.Key, Json, """{"content":"\ud800","to":["27999000123"]}""", 400, 100),
        (SmsApiWorld.Key, Json, """{"content":"x","to":["27999000123"],"deep":""" + Deep + "}", 400, 100),
        (SmsApiWorld.Key, Json, $$"""{"content":"{{new string('x', 1 << 20)}}","to":["27999000123"]}""", 400, 100),
        (SmsApiWorld.Key, Json, "{}", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":"x"}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":"x","to":[]}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":"x","to":null}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":"x","to":{}}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":"x","to":[["27999000123"]]}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"content":["x"],"to":["27999000123"]}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"]}""", 400, 107),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":""}""", 400, 107),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"x","from":"12025550111"}""", 400, 607),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"x","clientMessageId":"a b"}""", 400, 120),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"x","scheduledDeliveryTime":"soon"}""", 400, 120),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"x","validityPeriod":"long"}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"x","charset":"EBCDIC"}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"xyz","binary":true}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"00","binary":"perhaps"}""", 400, 101),
        (SmsApiWorld.Key, Json, """{"to":["27999000123"],"content":"00","userDataHeader":"xx"}""", 400, 102),
        (SmsApiWorld.Key, Form, "to=27999000123&charset=UCS2-BE&content=%00H%00", 400, 116),
        (SmsApiWorld.Key, Form, "content=x&to=" + string.Join(',', Enumerable.Repeat("27999000123", 201)), 400, 101),
        (SmsApiWorld.Key, "multipart/form-data; boundary=x", "--x--", 400, 167),
        (SmsApiWorld.Key, "", "content=x&to=27999000123", 400, 167),
        (SmsApiWorld.Key, Xml, "", 400, 100),
        (SmsApiWorld.Key, Xml, "<SendMessageRequest>", 400, 100),
        (SmsApiWorld.Key, Xml, "<Other/>", 400, 100),
        (SmsApiWorld.Key, Xml, "<SendMessageRequest/>", 400, 101),
        (SmsApiWorld.Key, Xml, "<SendMessageRequest><To><b/></To></SendMessageRequest>", 400, 101),
        (SmsApiWorld.Key, Xml, Bomb, 400, 100),
        (SmsApiWorld.Key, Xml, Outside, 400, 100),
        (SmsApiWorld.Key, Xml, string.Concat(Enumerable.Repeat("<a>", 100_000)), 400, 100));

    /// <summary>What refuses one number: the request stays 202 (§3.1).</summary>
    public static TheoryData<string, string, string, int> NumberErrors => ForEntries(
        (SmsApiWorld.Key, """{"content":"x","to":["27abc"]}""", 105),
        (SmsApiWorld.Key, """{"content":"x","to":[""]}""", 105),
        (SmsApiWorld.Key, """{"content":"x","to":[null]}""", 105),
        (SmsApiWorld.Key, """{"content":"x","to":["0799900012345"]}""", 105),
        (SmsApiWorld.TwoWayKey, """{"content":"x","to":["27999000123"],"from":"12025550199"}""", 106),
        (SmsApiWorld.TwoWayKey, """{"content":"x","to":["27999000123"],"from":"12025550112"}""", 106),
        (SmsApiWorld.Key, """{"content":"00","to":["27999000123"],"userDataHeader":"0500"}""", 102),
        (SmsApiWorld.Key, """{"content":"x","to":["27999000123"],"clientMessageId":"a\u0000"}""", 101),
        (SmsApiWorld.Key, """{"content":"x","to":["27999000123"],"validityPeriod":10081}""", 101),
        (SmsApiWorld.Key,
            """{"content":"x","to":["27999000123"],"scheduledDeliveryTime":"2099-01-01T00:00:00Z"}""", 120),
        (SmsApiWorld.TwoPartsKey, $$"""{"content":"{{new string('x', 307)}}","to":["27999000123"]}""", 113));

    /// <summary>What is read leniently (§1.1, §3.1, §10).</summary>
    public static TheoryData<string, string, string> Lenient => ForValues(
        (Json, """{"content":"x","to":"27999000123"}"""),
        (Json, """{"content":"x","to":27999000123}"""),
        (Json, """{"content":"x","to":[27999000123],"from":null}"""),
        (Json, """{"content":"x","to":["+27999000123"],"from":"","charset":"","clientMessageId":null}"""),
        (Json, """{"Content":"x","TO":["27999000123"],"ValidityPeriod":"60","callback":"7","more":{"a":[1]}}"""),
        (Json, """{"content":12.5,"to":["27999000123"],"validityPeriod":0,"scheduledDeliveryTime":0,"binary":"0"}"""),
        (Json, """{"content":"x","to":["27999000123"],"scheduledDeliveryTime":"2020-01-01T00:00:00+0200"}"""),
        (Json, """{"content":"x","to":["27999000123"],"scheduledDeliveryTime":"2020-01-01T00:00:00+02:00"}"""),
        (Json, """{"content":"x","to":["27999000123"],"charset":"Windows-1252"}"""),
        (Json, """{"content":"wrong","content":"x","to":["27999000123"]}"""),
        ("application/json; charset=utf-8", "\uFEFF" + Valid),
        ("", Valid),
        ("text/plain", Valid),
        (Form, Valid),
        (Form, "content=Hi+there&to=27999000123&from="),
        (Form, "content=%zz&content=%C3%A9&to[]=27999000123&unknown"),
        ("text/xml; charset=utf-8",
            "<sendMessageRequest><content>x</content><to>27999000123</to></sendMessageRequest>"),
        (Xml, """<?xml version="1.0"?><a:SendMessageRequest xmlns:a="u"> <a:Content>x</a:Content><!-- c --> """
            + "<a:Other><b>1</b></a:Other><a:To>27999000123</a:To><a:From/>"
            + "<a:Charset></a:Charset></a:SendMessageRequest>"));

    private static string Deep => new string('[', 100) + new string(']', 100);

    private static string Bomb => "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">"
        + string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY a{i} \"{string.Concat(
            Enumerable.Repeat(i == 1 ? "&a;" : $"&a{i - 1};", 10))}\">"))
        + "]><SendMessageRequest><Content>&a9;</Content><To>27999000123</To></SendMessageRequest>";

    private static string Outside => "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
        + "<SendMessageRequest><Content>&a;</Content><To>27999000123</To></SendMessageRequest>";

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refuses_a_request_whole(
        string engine, string? key, string type, string body, int status, int code)
    {
        var reply = await world.Post(engine, body, type, key, ("Accept", Json));
        Assert.True(status == reply.Status, $"{reply.Status} {reply.Body}");
        Assert.StartsWith($$"""{"messages":[],"errorCode":{{code}},"error":""", reply.Body, StringComparison.Ordinal);
        Assert.EndsWith(".", (string)reply.Json["error"]!, StringComparison.Ordinal);
        Assert.EndsWith(".", (string)reply.Json["errorDescription"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NumberErrors))]
    public async Task Refuses_a_number_inside_202(string engine, string key, string body, int code)
    {
        var reply = await world.Post(engine, body, key: key);
        Assert.Equal(202, reply.Status);
        Assert.Equal((false, null, code),
            ((bool)reply.First["accepted"]!, (string?)reply.First["apiMessageId"], (int)reply.First["errorCode"]!));
        Assert.EndsWith(".", (string)reply.First["error"]!, StringComparison.Ordinal);
        Assert.NotEqual("", (string)reply.First["errorDescription"]!);
        Assert.Null(reply.Json["errorCode"]);
    }

    [Theory]
    [MemberData(nameof(Lenient))]
    public async Task Reads_leniently(string engine, string type, string body)
    {
        var reply = await world.Post(engine, body, type, headers: ("Accept", Json));
        Assert.True(reply.Status == 202 && (bool)reply.First["accepted"]!, $"{reply.Status} {reply.Body}");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Answers_compactly_in_the_order_of_the_request(string engine)
    {
        var reply = await world.Post(engine, """{"content":"x","to":["+27999000123","bad \"1\"","27999000124"]}""");
        Assert.Equal((202, Json), (reply.Status, reply.Type));
        const string None = "\"errorCode\":null,\"error\":null,\"errorDescription\":null\\}";
        Assert.Matches(
            """^\{"messages":\[\{"apiMessageId":"[0-9a-f]{32}","accepted":true,"to":"\+27999000123",""" + None
            + """,\{"apiMessageId":null,"accepted":false,"to":"bad \\"1\\"","errorCode":105,"""
            + "\"error\":\"Invalid destination address.\",\"errorDescription\":\"[^\"]+\"\\},"
            + """\{"apiMessageId":"[0-9a-f]{32}","accepted":true,"to":"27999000124",""" + None
            + "\\]," + None + "$", reply.Body);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_number_that_stands_twice_gets_one_message(string engine)
    {
        var number = world.Number();
        var reply = await world.Post(engine, $$"""{"content":"once","to":["{{number}}","+{{number}}","{{number}}"]}""");
        Assert.Equal(
            [0, 101, 101], reply.Json["messages"]!.AsArray().Select(m => (int?)m!["errorCode"] ?? 0));
        Assert.Equal("once", (await world.Arrives(engine, number)).Text);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Takes_200_numbers_in_every_form(string engine)
    {
        var numbers = Enumerable.Range(0, 200).Select(i => $"2799210{i:D4}").ToList();
        var array = string.Join(',', numbers.Select(n => $"\"{n}\""));
        var elements = string.Concat(numbers.Select(n => $"<To>{n}</To>"));
        foreach (var (type, body) in ((string, string)[])
            [
                (Json, $$"""{"content":"x","to":[{{array}}]}"""), (Form, $"content=x&to={string.Join(',', numbers)}"),
                (Xml, $"<SendMessageRequest><Content>x</Content>{elements}</SendMessageRequest>"),
            ])
        {
            var reply = await world.Post(engine, body, type, headers: ("Accept", Json));
            Assert.Equal(202, reply.Status);
            Assert.Equal(numbers, reply.Json["messages"]!.AsArray().Select(m => (string)m!["to"]!));
            Assert.All(reply.Json["messages"]!.AsArray(), m => Assert.True((bool)m!["accepted"]!));
        }
        var query = $"apiKey={SmsApiWorld.Key}&content={string.Join("", Enumerable.Repeat("%D0%96", 700))}&to=";
        var long200 = await world.Query(engine, query + string.Join("%2C", numbers));
        Assert.Equal(200, long200.Json["messages"]!.AsArray().Count(m => (bool)m!["accepted"]!));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task XML_is_answered_in_XML_and_Accept_decides(string engine)
    {
        const string Body = "<SendMessageRequest><Content>x &amp; y</Content>"
            + "<To>27999000123</To><To>12&#1;</To></SendMessageRequest>";
        var refused = await world.Post(engine, Body, Xml);
        Assert.Equal((400, Xml), (refused.Status, refused.Type));
        Assert.Equal("100", XDocument.Parse(refused.Body).Root!.Element("ErrorCode")!.Value);
        var reply = await world.Post(engine, Body.Replace("&#1;", "", StringComparison.Ordinal), Xml);
        Assert.Equal((202, Xml), (reply.Status, reply.Type));
        var root = XDocument.Parse(reply.Body).Root!;
        Assert.Equal("SendMessagesResponse", root.Name.LocalName);
        var messages = root.Element("Messages")!.Elements("Message").ToList();
        Assert.Equal(["ApiMessageId", "Accepted", "To"], messages[0].Elements().Select(e => e.Name.LocalName));
        Assert.Equal(("true", "27999000123"), (Value(messages[0], "Accepted"), Value(messages[0], "To")));
        Assert.Equal(("false", "105"), (Value(messages[1], "Accepted"), Value(messages[1], "ErrorCode")));

        const string Odd = """{"content":"x","to":["\u0001<&"]}""";
        var inXml = await world.Post(engine, Odd, headers: ("Accept", "text/html, application/xml;q=0.9, */*;q=0.8"));
        Assert.Equal("?<&", XDocument.Parse(inXml.Body).Descendants("To").Single().Value);
        Assert.Equal(Json, (await world.Post(engine, Body, Xml, headers: ("Accept", "application/json, */*"))).Type);
        Assert.Equal(Xml, (await world.Post(engine, Body, Xml, headers: ("Accept", "*/*"))).Type);
        var neither = await world.Post(engine, Valid, headers: ("Accept", "image/png"));
        Assert.Equal((400, 166), (neither.Status, (int)neither.Json["errorCode"]!));
        var version = await world.Post(engine, Valid, headers: ("X-Version", "2"));
        Assert.Equal((400, 165), (version.Status, (int)version.Json["errorCode"]!));
        Assert.Equal(202, (await world.Post(engine, Valid, headers: ("X-Version", "1"))).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Content_arrives_whatever_it_was_written_in(string engine)
    {
        foreach (var (query, text, ucs2) in ((string, string, bool)[])
            [
                ("content=caf%C3%A9+1%2B1", "café 1+1", false), ("content=caf%E9", "café", false),
                ("content=caf%C3%A9&charset=Windows-1252", "café", false),
                ("content=100%&charset=ASCII", "100%", false), ("content=a%00b", "a\0b", true),
                ("content=%04%16&charset=UCS2-BE", "Ж", true), ("content=%D0%96&charset=UCS2-BE", "Ж", true),
                ("content=%00H%00i&charset=UCS2-BE", "Hi", true), ("content=a=b==", "a=b==", false),
            ])
        {
            var number = world.Number();
            var reply = await world.Query(engine, $"{query}&to={number}&apiKey={SmsApiWorld.Key}");
            Assert.Equal(202, reply.Status);
            var arrived = await world.Arrives(engine, number);
            Assert.Equal((text, ucs2), (arrived.Text, arrived.DataCoding == 8));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Binary_goes_as_binary_and_JSON_may_ask_for_UCS_2(string engine)
    {
        var (binary, wide) = (world.Number(), world.Number());
        await world.Post(
            engine, $$"""{"content":"0001ff","to":["{{binary}}"],"binary":true,"userDataHeader":"060504158a0000"}""");
        await world.Post(engine, $$"""{"content":"plain","to":["{{wide}}"],"charset":"UCS2-BE"}""");
        Assert.Equal(4, (await world.Arrives(engine, binary)).DataCoding);
        // Parts that the client cut itself.
        var cut = world.Number();
        foreach (var (part, text) in ((int, string)[])[(1, "Hello "), (2, "cafe")])
            await world.Post(
                engine, $$"""{"content":"{{text}}","to":["{{cut}}"],"userDataHeader":"05000307020{{part}}"}""");
        var joined = await world.Arrives(engine, cut);
        Assert.Equal(("Hello cafe", 2), (joined.Text, joined.Parts));
        var arrived = await world.Arrives(engine, wide);
        Assert.Equal(("plain", 8), (arrived.Text, arrived.DataCoding));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_HTTP_door_takes_the_key_raw_by_GET_and_POST(string engine)
    {
        var key = SmsApiWorld.Key;
        var escaped = Uri.EscapeDataString(key);
        string[] queries = [$"apiKey={key}&to=27999000123&content=x", $"APIKEY={escaped}&TO=27999000123&Content=x"];
        foreach (var query in queries)
        {
            Assert.Equal(202, (await world.Query(engine, query)).Status);
            var body = Encoding.UTF8.GetBytes(query);
            Assert.Equal(202, (await world.Ask(engine, "POST", "/messages/http/send", null, body, Form)).Status);
            Assert.Equal(202, (await world.Ask(engine, "POST", "/messages/http/send?" + query, null)).Status);
        }
        var list = await world.Query(engine, $"apiKey={key}&content=x&to=27999000123,,1,%2B27999000124");
        Assert.Equal([0, 105, 0], list.Json["messages"]!.AsArray().Select(m => (int?)m!["errorCode"] ?? 0));
        foreach (var (query, status, code) in ((string, int, int)[])
            [
                ("to=27999000123&content=x", 401, 108), ("apiKey=wrong&to=27999000123&content=x", 401, 108),
                ($"apiKey={key}&content=x", 400, 101), ($"apiKey={key}&to=27999000123", 400, 107),
                ($"apiKey={SmsApiWorld.OtherNetworkKey}&to=27999000123&content=x", 401, 7), ("", 401, 108),
                ($"apiKey={key}&to=27999000123&content=x&from=1", 400, 607), (new string('&', 30_000), 401, 108),
            ])
        {
            var refused = await world.Query(engine, query);
            Assert.Equal((status, code), (refused.Status, (int)refused.Json["errorCode"]!));
        }
        var json = await world.Ask(engine, "POST", $"/messages/http/send?apiKey={key}", null, "{}"u8.ToArray(), Json);
        Assert.Equal(167, (int)json.Json["errorCode"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Octets_that_nobody_escaped_arrive_all_the_same(string engine)
    {
        var number = world.Number();
        var answer = await WebModuleTests.Raw(world[engine],
            $"GET /messages/http/send?apiKey={SmsApiWorld.Key}&to={number}&content=caf\u00e9 | \"cr\u00e8me\" %zz "
            + "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 202 ", answer, StringComparison.Ordinal);
        Assert.Equal("café | \"crème\" %zz", (await world.Arrives(engine, number)).Text);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Paths_and_methods_of_nobody_are_161_and_160(string engine)
    {
        foreach (var (method, path, status, code) in ((string, string, int, int)[])
            [
                ("GET", "/messages", 405, 160), ("DELETE", "/messages", 405, 160),
                ("PUT", "/messages/http/send", 405, 160),
                ("GET", "/messages/1", 404, 161), ("POST", "/messages/http", 404, 161),
            ])
        {
            var reply = await world.Ask(engine, method, path);
            Assert.Equal((status, code), (reply.Status, (int)reply.Json["errorCode"]!));
            Assert.Empty(reply.Json["messages"]!.AsArray());
            if (code == 160) Assert.NotEmpty(reply.Response.Content.Headers.Allow);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_rate_limit_is_901_with_503_and_when_to_come_back(string engine)
    {
        var replies = new List<SmsReply>();
        for (var i = 0; i < 5; i++) replies.Add(await world.Post(engine, Valid, key: SmsApiWorld.OneASecondKey));
        Assert.Equal(202, replies[0].Status);
        var refused = replies.First(r => r.Status != 202);
        Assert.Equal((503, 901), (refused.Status, (int)refused.Json["errorCode"]!));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_same_idempotency_key_sends_once_in_each_form(string engine)
    {
        foreach (var (type, body) in ((string, string)[])
            [(Json, Valid), (Xml, "<SendMessageRequest><Content>x</Content><To>27999000123</To></SendMessageRequest>")])
        {
            (string, string)[] key = [("Idempotency-Key", $"{engine}-{type}")];
            var first = await world.Post(engine, body, type, headers: key);
            var again = await world.Post(engine, body, type, headers: key);
            Assert.Equal((202, first.Body, first.Type), (again.Status, again.Body, again.Type));
            Assert.Equal("true", again.Response.Headers.GetValues("Idempotent-Replayed").Single());
            Assert.False(first.Response.Headers.Contains("Idempotent-Replayed"));
            var other = await world.Post(engine, body + " ", type, headers: [.. key, ("Accept", Json)]);
            Assert.Equal((400, 100), (other.Status, (int)other.Json["errorCode"]!));
        }
        var invalid = await world.Post(engine, Valid, headers: ("Idempotency-Key", new string('k', 201)));
        Assert.Equal((400, 100), (invalid.Status, (int)invalid.Json["errorCode"]!));
    }

    private static string Value(XElement message, string name) => message.Element(name)!.Value;

    private static TheoryData<string, string?, string, string, int, int> ForEngines(
        params (string? Key, string Type, string Body, int Status, int Code)[] rows)
    {
        var data = new TheoryData<string, string?, string, string, int, int>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row.Key, row.Type, row.Body, row.Status, row.Code);
        return data;
    }

    private static TheoryData<string, string, string, int> ForEntries(params (string Key, string Body, int Code)[] rows)
    {
        var data = new TheoryData<string, string, string, int>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row.Key, row.Body, row.Code);
        return data;
    }

    private static TheoryData<string, string, string> ForValues(params (string Type, string Body)[] rows)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row.Type, row.Body);
        return data;
    }
}
