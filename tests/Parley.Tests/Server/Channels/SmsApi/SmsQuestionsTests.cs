namespace Parley.Tests.Server.Channels.SmsApi;

/// <summary>Contract channels §3.3 and §3.5.</summary>
public sealed class SmsQuestionsTests(SmsApiWorld world) : IClassFixture<SmsApiWorld>
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_s_status_is_one_of_the_legacy_numbers_with_its_name(string engine)
    {
        foreach (var (outcome, code, name) in ((string, int, string)[])
            [
                ("123", 4, "RECEIVED_BY_RECIPIENT"), ("001", 7, "ERROR_DELIVERING_MESSAGE"),
                ("002", 10, "MESSAGE_EXPIRED"),
            ])
        {
            var id = await Send(engine, $$"""{"content":"x","to":["27999300{{outcome}}"]}""");
            await Eventually.Holds(async () => (int)(await Status(engine, id)).Json["statusCode"]! == code, name);
            var reply = await Status(engine, id);
            Assert.Equal(
                ["messageId", "status", "statusCode", "statusDescription", "timestamp"],
                reply.Json.AsObject().Select(p => p.Key));
            Assert.Equal((id, name), ((string)reply.Json["messageId"]!, (string)reply.Json["status"]!));
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            Assert.InRange((long)reply.Json["timestamp"]!, now - 120_000, now);
        }
        var at = DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss", null) + "+0000";
        var later = await Send(
            engine, $$"""{"content":"x","to":["27999000123"],"scheduledDeliveryTime":"{{at}}"}""");
        Assert.Equal(11, (int)(await Status(engine, later)).Json["statusCode"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Unknown_and_others_messages_are_103_and_none_named_is_109(string engine)
    {
        var id = await Send(engine, """{"content":"x","to":["27999000123"]}""");
        foreach (var (asked, key, status, code) in ((string, string?, int, int)[])
            [
                (new string('0', 32), SmsApiWorld.Key, 404, 103), ("what", SmsApiWorld.Key, 404, 103),
                (id, SmsApiWorld.TwoWayKey, 404, 103), ("", SmsApiWorld.Key, 400, 109), (id, null, 401, 108),
                (id, SmsApiWorld.AccountOffKey, 400, 4), (id, SmsApiWorld.OtherNetworkKey, 401, 7),
            ])
        {
            var reply = await world.Ask(engine, "GET", "/public-client/message/status?messageId=" + asked, key);
            Assert.Equal((status, code), (reply.Status, (int)reply.Json["errorCode"]!));
            Assert.NotNull(reply.Json["error"]);
            Assert.NotNull(reply.Json["errorDescription"]);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_of_another_door_can_be_asked_about_and_the_other_way_round(string engine)
    {
        var server = world[engine];
        var sent = await world.Ask(engine, "POST", "/v1/message", SmsApiWorld.Key,
            """{"messages":[{"to":"27999000123","content":"x"}]}"""u8.ToArray(), "application/json");
        var id = (string)sent.First["apiMessageId"]!;
        await Eventually.Holds(async () => (int)(await Status(engine, id)).Json["statusCode"]! == 4, "received");
        await server.Becomes(
            await Send(engine, """{"content":"x","to":["27999000123"]}"""), "DEVICE_ACK", SmsApiWorld.Key);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_balance_is_a_number_with_its_currency(string engine)
    {
        var reply = await world.Ask(engine, "GET", "/public-client/balance");
        Assert.Equal((200, """{"balance":1267.92,"currency":"ZAR"}"""), (reply.Status, reply.Body));
        var behind = await world.Ask(engine, "GET", "/public-client/balance", "Bearer " + SmsApiWorld.Key);
        Assert.Equal(200, behind.Status);
        Assert.Equal(108, (int)(await world.Ask(engine, "GET", "/public-client/balance", null)).Json["errorCode"]!);
        Assert.Equal(160, (int)(await world.Ask(engine, "POST", "/public-client/balance")).Json["errorCode"]!);
        Assert.Equal(161, (int)(await world.Ask(engine, "GET", "/public-client/nothing")).Json["errorCode"]!);
    }

    private Task<SmsReply> Status(string engine, string id) =>
        world.Ask(engine, "GET", "/public-client/message/status?messageId=" + id);

    private async Task<string> Send(string engine, string json) =>
        (string)(await world.Post(engine, json)).First["apiMessageId"]!;
}
