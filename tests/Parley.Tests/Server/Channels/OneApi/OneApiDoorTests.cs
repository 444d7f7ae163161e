using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.OneApi;

/// <summary>Contract channels §2, row by row, through the door.</summary>
public sealed class OneApiDoorTests(OneApiWorld world) : IClassFixture<OneApiWorld>
{
    private static int _number;

    public static TheoryData<string> Engines => TestEngine.All;

    /// <summary>What refuses a payload whole: status and the code of the top-level error (§2.5, level G).</summary>
    public static TheoryData<string, string, string?, string?, int, int> Refusals => ForEngines(
        ("POST", null, OneValid, 401, 1),
        ("POST", "not-a-key", OneValid, 401, 1),
        ("POST", OneApiWorld.AccountOffKey, OneValid, 400, 2),
        ("POST", OneApiWorld.IntegrationOffKey, OneValid, 400, 3),
        ("POST", OneApiWorld.OtherNetworkKey, OneValid, 401, 7),
        ("POST", OneApiWorld.Key, "", 400, 21),
        ("POST", OneApiWorld.Key, "{", 400, 21),
        ("POST", OneApiWorld.Key, "[]", 400, 21),
        ("POST", OneApiWorld.Key, "null", 400, 21),
        ("POST", OneApiWorld.Key, "{}", 400, 21),
        ("POST", OneApiWorld.Key, """{"messages":[]}""", 400, 21),
        ("POST", OneApiWorld.Key, """{"messages":{}}""", 400, 21),
        ("POST", OneApiWorld.Key, """{"messages":["27999000123"]}""", 400, 21),
        ("POST", OneApiWorld.Key, OneValid + "x", 400, 21),
        ("POST", OneApiWorld.Key, """{"messages":[{"to":"27999000123","content":"\ud800"}]}""", 400, 21),
        ("PUT", OneApiWorld.Key, OneValid, 400, 42),
        ("GET", OneApiWorld.Key, null, 400, 42));

    /// <summary>What refuses one message: HTTP status when it is alone, and its code (§2.5, level M).</summary>
    public static TheoryData<string, string, int, int> MessageErrors => ForEntries(
        ("""{"content":"x"}""", 400, 23),
        ("""{"to":"","content":"x"}""", 400, 23),
        ("""{"to":["27999000123"],"content":"x"}""", 400, 23),
        ("""{"to":"27999000123"}""", 400, 23),
        ("""{"to":"27999000123","content":""}""", 400, 23),
        ("""{"to":"27999000123","content":{}}""", 400, 23),
        ("""{"to":"27999000123","content":"x","channel":"pigeon"}""", 400, 23),
        ("""{"to":"27999000123","content":"x","validityPeriod":-1}""", 400, 23),
        ("""{"to":"27999000123","content":"x","validityPeriod":10081}""", 400, 23),
        ("""{"to":"27999000123","content":"x","validityPeriod":"soon"}""", 400, 23),
        ("""{"to":"27999000123","content":"x","scheduledDeliveryTime":"tomorrow"}""", 400, 23),
        ("""{"to":"27999000123","content":"x","scheduledDeliveryTime":"2099-01-01T00:00:00Z"}""", 400, 23),
        ("""{"to":"27999000123","content":"xyz","binary":true}""", 400, 23),
        ("""{"to":"27999000123","content":"00","binary":"perhaps"}""", 400, 23),
        ("""{"to":"27999000123","content":"00","userDataHeader":"0500"}""", 400, 23),
        ("""{"to":"27999000123","content":"00","userDataHeader":"xx"}""", 400, 23),
        ("""{"to":"27999000123","content":"x","media":{"fileId":"1"}}""", 400, 23),
        ("""{"to":"27999000123","location":{"latitude":1},"media":{"fileId":"1"}}""", 400, 23),
        ($$"""{"to":"27999000123","content":"x","clientMessageId":"{{new string('i', 65)}}"}""", 400, 23),
        ("""{"to":"27999000123","content":"x","clientMessageId":"a\u0000b"}""", 400, 23),
        ($$"""{"to":"27999000123","content":"{{new string('x', 10_001)}}"}""", 400, 24),
        ("""{"to":"27abc","content":"x"}""", 400, 25),
        ("""{"to":"123456","content":"x"}""", 400, 25),
        ("""{"to":"0799900012345","content":"x"}""", 400, 25),
        ("""{"to":"2799900012345678","content":"x"}""", 400, 25),
        ("""{"to":"27999000123","media":{"fileId":"1"}}""", 400, 30),
        ("""{"to":"27999000123","template":{"templateName":"t"}}""", 400, 30),
        ("""{"to":"27999000123","content":"x","encryptionKey":"k"}""", 400, 38),
        ("""{"to":"27999000123","content":"x","channel":"whatsapp"}""", 400, 39),
        ("""{"to":"27999000123","content":"x","channel":" WhatsApp "}""", 400, 39),
        ("""{"to":"27999000123","content":"x","charset":"EBCDIC"}""", 400, 40),
        ("""{"to":"27999000123","content":"x","from":"12025550199"}""", 400, 45),
        ($$"""{"to":"27999000123","content":"{{new string('x', (153 * 35) + 1)}}"}""", 400, 100));

    /// <summary>What is read leniently (§1.1, §10) and accepted.</summary>
    public static TheoryData<string, string> Lenient => ForValues(
        """{"to":27999000123,"content":"a number"}""",
        """{"to":"+27999000123","content":"a plus"}""",
        """{"to":" 27999000123 ","content":"blanks"}""",
        """{"to":"27999000123","content":12.50}""",
        """{"to":"27999000123","content":"x","from":"","charset":"","scheduledDeliveryTime":"","validityPeriod":""}""",
        """{"to":"27999000123","content":"x","from":null,"clientMessageId":null,"media":null,"binary":null}""",
        """{"to":"27999000123","content":"x","validityPeriod":0}""",
        """{"to":"27999000123","content":"x","validityPeriod":"60","callback":"7","unknown":{"deep":[{"er":null}]}}""",
        """{"to":"27999000123","content":"x","channel":" SMS "}""",
        """{"to":"27999000123","content":"x","charset":"utf-8"}""",
        """{"to":"27999000123","content":"x","scheduledDeliveryTime":"2020-01-01T00:00:00+0200"}""",
        """{"to":"27999000123","content":"x","scheduledDeliveryTime":"2020-01-01T00:00:00Z"}""",
        """{"to":"27999000123","content":"x","scheduledDeliveryTime":"2020-01-01T00:00:00.5+02:00"}""",
        """{"to":"27999000123","content":"00ff","binary":"1"}""",
        """{"to":"27999000123","content":"414243","userDataHeader":"060504158a0000","binary":false}""",
        """{"to":"27999000123","content":"zero \u0000 and more"}""",
        """{"to":"000","to":"27999000123","content":"the last counts"}""");

    internal const string OneValid = """{"messages":[{"to":"27999000123","content":"x"}]}""";

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refuses_a_payload_whole(
        string engine, string method, string? key, string? json, int status, int code)
    {
        var body = json is null ? null : Encoding.UTF8.GetBytes(json);
        var (answered, text, response) = await world.Ask(engine, method, "/v1/message", key, body);
        Assert.Equal(status, answered);
        var answer = JsonNode.Parse(text)!;
        Assert.Equal(code, (int)answer["error"]!["code"]!);
        Assert.NotEqual("", (string)answer["error"]!["description"]!);
        Assert.Empty(answer["messages"]!.AsArray());
        if (code == 42) Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [MemberData(nameof(MessageErrors))]
    public async Task Refuses_one_message_with_its_code(string engine, string entry, int status, int code)
    {
        var (answered, answer) = await world.Send(engine, $$"""{"messages":[{{entry}}]}""");
        Assert.Equal(status, answered);
        Assert.Null(answer["error"]);
        var message = answer["messages"]![0]!;
        Assert.False((bool)message["accepted"]!);
        Assert.Null(message["apiMessageId"]);
        Assert.Equal(code, (int)message["error"]!["code"]!);
        Assert.NotEqual("", (string)message["error"]!["description"]!);
    }

    [Theory]
    [MemberData(nameof(Lenient))]
    public async Task Reads_leniently(string engine, string entry)
    {
        var (status, answer) = await world.Send(engine, $$"""{"messages":[{{entry}}]}""");
        Assert.True(status == 202, $"{status} {answer.ToJsonString()}");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Answers_compactly_in_the_order_of_the_request(string engine)
    {
        const string first = """{"to":"+27999000123","content":"x","clientMessageId":"tbl-88"}""";
        const string second = """{"to":"27999000124","content":"y"}""";
        var (status, body, response) = await world.Post(engine, $$"""{"messages":[{{first}},{{second}}]}""");
        Assert.Equal(202, status);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Matches(
            """^\{"messages":\[\{"apiMessageId":"[0-9a-f]{32}","accepted":true,"to":"\+27999000123","""
            + "\"clientMessageId\":\"tbl-88\",\"error\":null\\},"
            + """\{"apiMessageId":"[0-9a-f]{32}","accepted":true,"to":"27999000124","error":null\}\],"error":null\}$""",
            body);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_with_every_kind_of_bad_entry_is_207_with_each_error_in_its_place(string engine)
    {
        var entries = MessageErrors.Select(row => row.Data).Where(d => d.Item1 == engine).ToList();
        var mixed = entries.SelectMany(e => (string[])[e.Item2, Valid()]).ToList();
        var (status, answer) = await world.Send(engine, $$"""{"messages":[{{string.Join(',', mixed)}}]}""");
        Assert.Equal(207, status);
        Assert.Null(answer["error"]);
        var answers = answer["messages"]!.AsArray();
        Assert.Equal(mixed.Count, answers.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            Assert.Equal(entries[i].Item4, (int)answers[i * 2]!["error"]!["code"]!);
            var accepted = (string)answers[(i * 2) + 1]!["apiMessageId"]!;
            await world[engine].Becomes(accepted, "DEVICE_ACK", OneApiWorld.Key);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Several_that_are_all_refused_are_207(string engine)
    {
        const string refused = """{"to":"1","content":"x"}""";
        var (status, answer) = await world.Send(engine, $$"""{"messages":[{{refused}},{{refused}}]}""");
        Assert.Equal(207, status);
        Assert.All(answer["messages"]!.AsArray(), m => Assert.Equal(25, (int)m!["error"]!["code"]!));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Takes_200_messages_and_refuses_201_whole(string engine)
    {
        var most = string.Join(',', Enumerable.Repeat(Valid(), 200));
        var (status, answer) = await world.Send(engine, $$"""{"messages":[{{most}}]}""");
        Assert.Equal(202, status);
        Assert.Equal(200, answer["messages"]!.AsArray().Select(m => (string)m!["apiMessageId"]!).Distinct().Count());
        (status, answer) = await world.Send(engine, $$"""{"messages":[{{most}},{{Valid()}}]}""");
        Assert.Equal(400, status);
        Assert.Equal(22, (int)answer["error"]!["code"]!);
        Assert.Empty(answer["messages"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Refuses_what_is_too_large_too_deep_or_not_UTF8(string engine)
    {
        var large = new string('x', 5 << 20);
        var deep = new string('[', 100) + new string(']', 100);
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes($$"""{"messages":[{"to":"27999000123","content":"{{large}}"}]}"""),
            Encoding.UTF8.GetBytes($$"""{"messages":[{"to":"27999000123","content":"x","y":{{deep}}}]}"""),
            [.. """{"messages":[{"to":"27999000123","content":"""u8, 0xC3, 0x28, .. "\"}]}"u8],
        ];
        foreach (var body in bodies)
        {
            var (status, text, _) = await world.Ask(engine, "POST", "/v1/message", OneApiWorld.Key, body);
            Assert.Equal(400, status);
            Assert.Equal(21, (int)JsonNode.Parse(text)!["error"]!["code"]!);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Too_little_balance_is_402(string engine)
    {
        var (status, answer) = await world.Send(engine, OneValid, OneApiWorld.PoorKey);
        Assert.Equal(402, status);
        Assert.Equal(20, (int)answer["messages"]![0]!["error"]!["code"]!);
        var (balance, body, _) = await world.Ask(engine, "GET", "/v1/balance", OneApiWorld.PoorKey);
        Assert.Equal(200, balance);
        Assert.Equal("""{"balance":0.00,"currency":"USD"}""", body);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_balance_is_a_number_with_its_currency(string engine)
    {
        var (status, body, _) = await world.Ask(engine, "GET", "/v1/balance", OneApiWorld.Key);
        Assert.Equal(200, status);
        Assert.Equal("""{"balance":1310.42,"currency":"EUR"}""", body);
        (status, body, _) = await world.Ask(engine, "GET", "/v1/balance", null);
        Assert.Equal(401, status);
        Assert.Equal(1, (int)JsonNode.Parse(body)!["error"]!["code"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_key_may_stand_behind_Bearer(string engine)
    {
        var (status, _, _) = await world.Ask(engine, "GET", "/v1/balance", "bearer " + OneApiWorld.Key);
        Assert.Equal(200, status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_two_way_sender_is_used_the_suspended_is_44_a_strange_one_45(string engine)
    {
        (string, int)[] senders =
            [("12025550101", 0), ("+12025550101", 0), ("parley", 0), ("12025550102", 44), ("12025550103", 45)];
        foreach (var (from, code) in senders)
        {
            var json = $$"""{"messages":[{"to":"27999000123","content":"x","from":"{{from}}"}]}""";
            var (status, answer) = await world.Send(engine, json, OneApiWorld.TwoWayKey);
            Assert.Equal(code == 0 ? 202 : 400, status);
            Assert.Equal(code, (int?)answer["messages"]![0]!["error"]?["code"] ?? 0);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_integration_s_own_limit_of_parts_holds(string engine)
    {
        foreach (var (length, code) in ((int, int)[])[(160, 0), (306, 0), (307, 100)])
        {
            var json = $$"""{"messages":[{"to":"27999000123","content":"{{new string('x', length)}}"}]}""";
            var (_, answer) = await world.Send(engine, json, OneApiWorld.TwoPartsKey);
            Assert.Equal(code, (int?)answer["messages"]![0]!["error"]?["code"] ?? 0);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_rate_limit_is_43_with_400(string engine)
    {
        var answers = new List<(int Status, string Body, HttpResponseMessage)>();
        for (var i = 0; i < 5; i++)
            answers.Add(await world.Ask(engine, "GET", "/v1/balance", OneApiWorld.OneASecondKey));
        Assert.Equal(200, answers[0].Status);
        var refused = answers.First(a => a.Status != 200);
        Assert.Equal(400, refused.Status);
        Assert.Equal(43, (int)JsonNode.Parse(refused.Body)!["error"]!["code"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_unknown_or_a_stranger_s_message_is_UNKNOWN(string engine)
    {
        var (_, sent) = await world.Send(engine, OneValid);
        var id = (string)sent["messages"]![0]!["apiMessageId"]!;
        (string, string)[] questions =
            [(id, OneApiWorld.TwoWayKey), (new string('0', 32), OneApiWorld.Key), ("what", OneApiWorld.Key)];
        foreach (var (asked, key) in questions)
        {
            var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var (status, body, _) = await world.Ask(engine, "GET", "/v1/message/" + asked, key);
            Assert.Equal(200, status);
            var answer = JsonNode.Parse(body)!;
            Assert.Equal("UNKNOWN", (string)answer["status"]!);
            Assert.InRange((long)answer["timestamp"]!, before - 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_s_status_is_named_by_its_channel_with_the_time_of_its_last_change(string engine)
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (_, sent) = await world.Send(engine, OneValid);
        var id = (string)sent["messages"]![0]!["apiMessageId"]!;
        await world[engine].Becomes(id, "DEVICE_ACK", OneApiWorld.Key);
        var (_, body, _) = await world.Ask(engine, "GET", "/v1/message/" + id, OneApiWorld.Key);
        var sms = JsonNode.Parse(body)!["sms"]!;
        Assert.Equal("DEVICE_ACK", (string)sms["status"]!);
        Assert.InRange((long)sms["timestamp"]!, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_unknown_path_is_41_with_404(string engine)
    {
        (string, string)[] paths = [("GET", "/v1/nothing"), ("POST", "/v1/message/status/x"), ("POST", "/v1/nothing")];
        foreach (var (method, path) in paths)
        {
            var (status, body, _) = await world.Ask(engine, method, path, OneApiWorld.Key);
            Assert.Equal(404, status);
            Assert.Equal(41, (int)JsonNode.Parse(body)!["error"]!["code"]!);
        }
    }

    private static string Valid()
    {
        var middle = (Interlocked.Increment(ref _number) % 1000).ToString("D3", CultureInfo.InvariantCulture);
        return $$"""{"to":"279990{{middle}}23","content":"valid"}""";
    }

    private static TheoryData<string, string, string?, string?, int, int> ForEngines(
        params (string Method, string? Key, string? Body, int Status, int Code)[] rows)
    {
        var data = new TheoryData<string, string, string?, string?, int, int>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row.Method, row.Key, row.Body, row.Status, row.Code);
        return data;
    }

    private static TheoryData<string, string, int, int> ForEntries(params (string Entry, int Status, int Code)[] rows)
    {
        var data = new TheoryData<string, string, int, int>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row.Entry, row.Status, row.Code);
        return data;
    }

    private static TheoryData<string, string> ForValues(params string[] rows)
    {
        var data = new TheoryData<string, string>();
        foreach (var engine in TestEngine.All)
            foreach (var row in rows) data.Add(engine.Data, row);
        return data;
    }
}
