using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Parley.Tests.Server.Webhooks;

namespace Parley.Tests.Journeys;

/// <summary>The main job through the public doors, on both engines.</summary>
public sealed class SmsJourneyTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_reaches_the_phone_and_its_changes_are_called_back_in_order(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var id = await server.SendOne("27999000123", "Your table is ready", ""","clientMessageId":"tbl-88" """);
        await server.Becomes(id, "DEVICE_ACK");
        Assert.Equal("Your table is ready", Assert.Single(server.Phones.On("27999000123")).Text);
        await Eventually.Holds(() => server.Events("messageStatusUpdate").Count == 2, "two callbacks");
        var events = server.Events("messageStatusUpdate");
        Assert.Equal([4, 5], events.Select(e => (int)e["statusCode"]!));
        Assert.All(events, e => Assert.Equal("tbl-88", (string)e["clientMessageId"]!));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_long_unicode_message_arrives_joined(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var text = string.Concat(Enumerable.Repeat("Привет, мир 😀 ", 12)).Trim();
        var id = await server.SendOne("27999000124", text);
        await server.Becomes(id, "DEVICE_ACK");
        var arrived = Assert.Single(server.Phones.On("27999000124"));
        Assert.Equal(text, arrived.Text);
        Assert.Equal(3, arrived.Parts);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Each_outcome_of_the_carrier_becomes_its_status(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var expected = new Dictionary<string, string>
        {
            ["001"] = "DELIVERY_FAILURE",
            ["002"] = "EXPIRED",
            ["003"] = "DELIVERY_FAILURE",
            ["004"] = "RECIPIENT_DOES_NOT_EXIST",
            ["005"] = "DEVICE_ACK",
            ["006"] = "SENT_TO_SUPPLIER",
            ["007"] = "DEVICE_ACK",
            ["010"] = "DEVICE_ACK",
        };
        var ids = new Dictionary<string, string>();
        foreach (var suffix in expected.Keys)
            ids[suffix] = await server.SendOne("27999000" + suffix, "outcome " + suffix);
        foreach (var (suffix, status) in expected) await server.Becomes(ids[suffix], status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_connection_cut_before_the_answer_is_bound_again_and_the_message_sent_again(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var id = await server.SendOne("27999000008", "cut");
        await server.Becomes(id, "DEVICE_ACK");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_reply_from_a_phone_is_joined_and_called_back_with_the_message_it_answers(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var id = await server.SendOne("27999000125", "A table for four?", ""","clientMessageId":"q-1" """);
        await server.Becomes(id, "DEVICE_ACK");
        var text = string.Concat(Enumerable.Repeat("Yes, please. ", 20)).Trim();
        Assert.True(server.Smsc.SendFromPhone("27999000125", "12025550143", text));
        await Eventually.Holds(() => server.Events("moText").Count == 1, "the moText callback");
        var reply = server.Events("moText")[0];
        Assert.Equal(text, (string)reply["content"]!);
        Assert.Equal("27999000125", (string)reply["from"]!);
        Assert.Equal("12025550143", (string)reply["to"]!);
        Assert.Equal(id, (string)reply["relatedMessageId"]!);
        Assert.Equal("q-1", (string)reply["relatedClientMessageId"]!);
        Assert.Equal("UTF-8", (string)reply["charset"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_scheduled_message_survives_a_restart_and_goes_out_on_time(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var at = server.Clock.GetUtcNow().AddHours(1);
        var id = await server.SendOne("27999000126", "later", $$""","scheduledDeliveryTime":"{{at:yyyy-MM-ddTHH:mm:ss}}+0000" """);
        Assert.Equal("SCHEDULED", await server.StatusOf(id));
        await server.Restart();
        Assert.Equal("SCHEDULED", await server.StatusOf(id));
        Assert.Empty(server.Phones.On("27999000126"));
        server.Clock.Jump(at - server.Clock.GetUtcNow());
        await server.Becomes(id, "DEVICE_ACK");
        Assert.True(Assert.Single(server.Phones.On("27999000126")).At >= at.AddSeconds(-1));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_receipt_that_comes_after_a_restart_still_finds_its_message(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var id = await server.SendOne("27999000006", "never receipted by itself");
        await server.Becomes(id, "SENT_TO_SUPPLIER");
        var before = Assert.Single(server.Phones.On("27999000006")).MessageIds[0];
        await server.Restart();
        await Eventually.Holds(
            () => server.Smsc.SendReceipt(before, "27999000006", "12025550143"), "the carrier is bound again");
        await server.Becomes(id, "DEVICE_ACK");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_same_idempotency_key_gets_the_first_answer_and_sends_once(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        const string Json = """{"messages":[{"to":"27999000127","content":"once"}]}""";
        var (first, firstBody) = await server.Send(Json, "order-1");
        var (again, againBody) = await server.Send(Json, "order-1");
        var (other, otherBody) = await server.Send(Json.Replace("once", "twice", StringComparison.Ordinal), "order-1");
        Assert.Equal((202, 202, 400), (first, again, other));
        Assert.Equal(firstBody.ToJsonString(), againBody.ToJsonString());
        Assert.Equal(21, (int)otherBody["error"]!["code"]!);
        await server.Becomes((string)firstBody["messages"]![0]!["apiMessageId"]!, "DEVICE_ACK");
        Assert.Single(server.Phones.On("27999000127"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_batch_with_every_kind_of_bad_entry_answers_each_in_its_place(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var (status, body) = await server.Send($$"""
            {"messages":[
              {"to":"27999000128","content":"good","clientMessageId":7},
              {"to":"27abc","content":"x"},
              {"channel":"whatsapp","to":"27999000128","content":"x"},
              {"channel":"pigeon","to":"27999000128","content":"x"},
              {"to":"27999000128"},
              {"to":"27999000128","content":"x","from":"15550001"},
              {"to":"27999000128","content":"x","charset":"EBCDIC"},
              {"to":"27999000128","content":"x","encryptionKey":"k"},
              {"to":"27999000128","media":{"fileId":"f"} },
              {"to":"27999000128","content":"x","validityPeriod":-1},
              {"to":"27999000128","content":"x","scheduledDeliveryTime":"tomorrow"},
              {"to":"27999000128","content":"{{new string('x', 6_000)}}" },
              {"to":"27999000128","content":"zz","binary":true}
            ]}
            """);
        Assert.Equal(207, status);
        var entries = body["messages"]!.AsArray();
        Assert.Equal(
            [0, 25, 39, 23, 23, 45, 40, 38, 30, 23, 23, 100, 23],
            entries.Select(e => e!["error"] is { } error ? (int)error["code"]! : 0));
        Assert.Equal("7", (string)entries[0]!["clientMessageId"]!);
        Assert.Equal("27abc", (string)entries[1]!["to"]!);
        Assert.Null(body["error"]);
    }

    [Theory]
    [InlineData("", 400, 21)]
    [InlineData("{", 400, 21)]
    [InlineData("[]", 400, 21)]
    [InlineData("""{"messages":[]}""", 400, 21)]
    [InlineData("""{"messages":{"to":"27999000129"}}""", 400, 21)]
    public async Task A_payload_that_is_none_is_refused_whole(string json, int expectedStatus, int code)
    {
        await using var server = await RunningServer.Start("sqlite");
        var (status, body) = await server.Send(json);
        Assert.Equal(expectedStatus, status);
        Assert.Equal(code, (int)body["error"]!["code"]!);
        Assert.Empty(body["messages"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_key_an_unknown_path_and_a_wrong_method_get_the_doors_own_errors()
    {
        await using var server = await RunningServer.Start("sqlite");
        Assert.Equal((404, 41), await Code(server, HttpMethod.Get, "/v1/nothing"));
        Assert.Equal((400, 42), await Code(server, HttpMethod.Delete, "/v1/message"));
        server.Http.DefaultRequestHeaders.Remove("Authorization");
        server.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "wrong==");
        Assert.Equal((401, 1), await Code(server, HttpMethod.Get, "/v1/balance"));
    }

    [Fact]
    public async Task More_than_200_messages_are_refused_whole()
    {
        await using var server = await RunningServer.Start("sqlite");
        var entries = string.Join(',', Enumerable.Repeat("""{"to":"27999000130","content":"x"}""", 201));
        var (status, body) = await server.Send($$"""{"messages":[{{entries}}]}""");
        Assert.Equal((400, 22), (status, (int)body["error"]!["code"]!));
        Assert.Empty(server.Phones.On("27999000130"));
    }

    [Fact]
    public async Task Balance_and_unknown_ids_answer_in_the_contracts_shape()
    {
        await using var server = await RunningServer.Start("sqlite");
        Assert.Equal("""{"balance":1000.00,"currency":"USD"}""", await server.Http.GetStringAsync("/v1/balance"));
        Assert.Equal("UNKNOWN", await server.StatusOf(new string('0', 32)));
        Assert.Equal("UNKNOWN", await server.StatusOf("what"));
    }

    private static async Task<(int Status, int Code)> Code(RunningServer server, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await server.Http.SendAsync(request);
        var body = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        return ((int)response.StatusCode, (int)body["error"]!["code"]!);
    }
}
