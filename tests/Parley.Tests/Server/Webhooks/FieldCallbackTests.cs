using System.Text;
using System.Text.Json;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

/// <summary>Contract channels §3.6 and §8: callbacks in the forms of the SMS-only and of the legacy APIs.</summary>
public sealed class FieldCallbackTests
{
    private static readonly string Millis = $"{WebhooksWorld.Birth.ToUnixTimeMilliseconds()}";
    private static readonly string Seconds = $"{WebhooksWorld.Birth.ToUnixTimeSeconds()}";

    public static TheoryData<string, CallbackForm, CallbackMethod> Ways
    {
        get
        {
            var data = new TheoryData<string, CallbackForm, CallbackMethod>();
            foreach (var engine in TestEngine.All)
                foreach (var form in (CallbackForm[])[CallbackForm.Platform, CallbackForm.Legacy])
                    foreach (var method in Enum.GetValues<CallbackMethod>()) data.Add(engine.Data, form, method);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_platforms_status_by_POST_is_JSON_with_every_key(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, Of(receiver, CallbackForm.Platform));
        world.Hand(world.Change("m1", MessageStatus.DeviceAck, clientId: ""));
        var received = await receiver.Next();
        Assert.Equal(("POST", "application/json"), (received.Method, received.Headers["content-type"]));
        Assert.Equal(
            $$"""
            {"integrationId":"int-1","integrationName":"Shop int-1","apiKey":"","messageId":"m1","requestId":null,
            "clientMessageId":null,"to":"27831234567","from":"27820000000","statusCode":4,
            "status":"RECEIVED_BY_RECIPIENT","statusDescription":"Received by recipient","timestamp":{{Millis}}}
            """.ReplaceLineEndings(""), received.Text);
        Assert.True((await world.Settled()).Told);
        Assert.Null(await world.Deliveries.Show("m1-2", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_platforms_status_by_GET_is_a_query_with_every_key(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var integration = Of(receiver, CallbackForm.Platform, CallbackMethod.Get);
        await using var world = await WebhooksWorld.Start(engine, integration);
        world.Hand(world.Change("m1", MessageStatus.Expired, clientId: "a&b ü"));
        var received = await receiver.Next();
        Assert.Equal(("GET", "/hook", ""), (received.Method, received.Path, received.Text));
        Assert.Equal(
            "integrationId=int-1&integrationName=Shop%20int-1&apiKey=&messageId=m1&requestId="
            + "&clientMessageId=a%26b%20%C3%BC"
            + "&to=27831234567&from=27820000000&statusCode=10&status=MESSAGE_EXPIRED"
            + "&statusDescription=Message%20expired"
            + "&timestamp=" + Millis, received.Query);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_platforms_reply_has_every_key_and_its_own_id_when_it_answers_nothing(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, Of(receiver, CallbackForm.Platform));
        await world.Receive(WebhookJobTests.Inbound("mo1") with { Content = "Grüße 😀" });
        var json = (await receiver.Next()).Json;
        Assert.Equal(
            ["integrationId", "integrationName", "apiKey", "messageId", "replyMessageId", "fromNumber", "toNumber",
                "timestamp", "text", "charset", "udh", "network", "keyword"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("mo1", "mo1"), (Text(json, "messageId"), Text(json, "replyMessageId")));
        Assert.Equal(("27831234567", "27820000000"), (Text(json, "fromNumber"), Text(json, "toNumber")));
        Assert.Equal(("Grüße 😀", "UTF-8"), (Text(json, "text"), Text(json, "charset")));
        Assert.Equal(WebhooksWorld.Birth.ToUnixTimeMilliseconds() + 123, json.GetProperty("timestamp").GetInt64());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("keyword").ValueKind);
        await world.Receive(WebhookJobTests.Inbound("mo2") with { RelatedMessageId = "m7", UserDataHeader = "0500" });
        json = (await receiver.Next()).Json;
        Assert.Equal(("m7", "mo2", "0500"),
            (Text(json, "messageId"), Text(json, "replyMessageId"), Text(json, "udh")));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_platforms_reply_may_have_its_text_in_raw_octets(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var raw = Of(receiver, CallbackForm.Platform) with { RawReplyTexts = true };
        await using var world = await WebhooksWorld.Start(engine, raw);
        await world.Receive(WebhookJobTests.Inbound("mo1") with { Content = "Grüße" });
        var json = (await receiver.Next()).Json;
        Assert.Equal(("Gr%FC%DFe", "ISO-8859-1"), (Text(json, "text"), Text(json, "charset")));
        await world.Receive(WebhookJobTests.Inbound("mo2") with { Content = "Ж1" });
        json = (await receiver.Next()).Json;
        Assert.Equal(("%04%16%001", "UTF-16BE"), (Text(json, "text"), Text(json, "charset")));
        world.Provision(raw with { CallbackMethod = CallbackMethod.Get });
        await world.Receive(WebhookJobTests.Inbound("mo3") with { Content = "Ж1" });
        Assert.Contains("&text=%04%16%001&charset=UTF-16BE&", (await receiver.Next()).Query, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_legacy_status_has_seconds_three_digits_and_a_charge(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var get = Of(receiver, CallbackForm.Legacy, CallbackMethod.Get);
        await using var world = await WebhooksWorld.Start(engine, get);
        var expected = "api_id=3601&apiMsgId=m1&cliMsgId=c-1&to=27831234567&timestamp=" + Seconds
            + "&from=27820000000&status=004&charge=0.8";
        world.Hand(world.Change("m1"));
        Assert.Equal(expected, (await receiver.Next()).Query);
        await world.Settled();
        world.Provision(get with { CallbackMethod = CallbackMethod.Post, LegacyMoMsgId = true });
        world.Hand(world.Change("m1"));
        var posted = await receiver.Next();
        Assert.Equal("application/x-www-form-urlencoded", posted.Headers["content-type"]);
        Assert.Equal((expected + "&moMsgId=m1", ""), (posted.Text, posted.Query));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_legacy_reply_has_raw_octets_and_the_clock_of_GMT_plus_2(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var get = Of(receiver, CallbackForm.Legacy, CallbackMethod.Get) with { Account = null };
        await using var world = await WebhooksWorld.Start(engine, get);
        await world.Receive(WebhookJobTests.Inbound("mo1") with { Content = "1 é+" });
        Assert.Equal(
            "api_id=&from=27831234567&to=27820000000&timestamp=2026-01-02%2005%3A04%3A05&text=1%20%E9%2B"
            + "&charset=ISO-8859-1"
            + "&udh=&moMsgId=mo1&network=carrier-a", (await receiver.Next()).Query);
        await world.Receive(
            WebhookJobTests.Inbound("mo2") with { Content = "€", Network = "", UserDataHeader = "050003010201" });
        Assert.EndsWith("&text=%20%AC&charset=UTF-16BE&udh=050003010201&moMsgId=mo2", (await receiver.Next()).Query,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_waited_in_the_database_goes_as_it_went_at_first(
        string engine, CallbackForm form, CallbackMethod method)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 500, 200);
        var before = await WebhooksWorld.Start(engine, Of(receiver, form, method));
        before.Hand(before.Change("m1", MessageStatus.DeliveryFailure));
        var status = await receiver.Next();
        await before.Settled();
        await before.Receive(WebhookJobTests.Inbound("mo1") with { Content = "Ж é" });
        var reply = await receiver.Next();
        await before.Delivery("mo1-mo", d => d.Attempts == 1, "tried once");
        await using var world = await before.Restart(new WebhooksOptions());
        var again = new List<ReceivedCallback>();
        for (var i = 0; i < 2; i++)
            again.Add(await world.After(TimeSpan.FromMinutes(i == 0 ? 2.2 : 0), receiver.Next(), "another attempt"));
        foreach (var first in (ReceivedCallback[])[status, reply])
        {
            var second = Assert.Single(again, a => a.Id == first.Id);
            Assert.Equal((first.Method, first.Query, first.Text), (second.Method, second.Query, second.Text));
            await world.Delivery(first.Id, d => d.State == DeliveryStates.Delivered, "delivered");
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_charge_is_what_an_account_was_charged_also_when_it_had_to_wait(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        var integration = Of(receiver, CallbackForm.Legacy, CallbackMethod.Get);
        await using var world = await WebhooksWorld.Start(engine, integration);
        world.Hand(world.Change("m1", charged: 2 * integration.Tenant.Price.CreditMicros));
        Assert.EndsWith("&charge=2", (await receiver.Next()).Query, StringComparison.Ordinal);
        await world.Settled();
        var again = await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the second attempt");
        Assert.EndsWith("&charge=2", again.Query, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_row_from_before_is_told_as_far_as_it_says(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(500, 200);
        await using var world = await WebhooksWorld.Start(
            engine, Of(receiver, CallbackForm.Legacy, CallbackMethod.Get));
        world.Hand(world.Change("m1"));
        await receiver.Next();
        await world.Settled();
        await world.Database.Transact(
            tx => tx.Execute("UPDATE webhook_deliveries SET facts = NULL", null), CancellationToken.None);
        var again = await world.After(TimeSpan.FromMinutes(2.2), receiver.Next(), "the second attempt");
        Assert.Equal(
            $"api_id=3601&apiMsgId=m1&cliMsgId=c-1&to=&timestamp={Seconds}&from=&status=004&charge=0.8", again.Query);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_is_signed_is_what_is_sent_the_addresss_own_query_included(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        foreach (var (form, method, query) in ((CallbackForm, CallbackMethod, string)[])
            [
                (CallbackForm.Platform, CallbackMethod.Get, "?shop=%C3%BC&x=1"),
                (CallbackForm.Platform, CallbackMethod.Post, "?x=1"),
                (CallbackForm.Legacy, CallbackMethod.Get, ""), (CallbackForm.Legacy, CallbackMethod.Post, "?x=1"),
            ])
        {
            var integration = Of(receiver, form, method) with
            {
                Status = new(receiver.Url + query, "ann", "pw"),
                SigningSecrets = [Secret],
            };
            await using var world = await WebhooksWorld.Start(engine, integration);
            world.Hand(world.Change("m1"));
            var received = await receiver.Next();
            Assert.Equal("Basic YW5uOnB3", received.Headers["authorization"]);
            Assert.StartsWith(query.TrimStart('?'), received.Query, StringComparison.Ordinal);
            var sent = method == CallbackMethod.Get ? received.Query : received.Text;
            Assert.Contains("m1", sent, StringComparison.Ordinal);
            var signed = Encoding.UTF8.GetBytes($"{received.Id}.{received.Headers["webhook-timestamp"]}.{sent}");
            Assert.Equal(
                WebhookSignature.Sign([WebhookSignature.KeyOf(Secret)], signed), received.Headers["webhook-signature"]);
            await world.Settled();
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Several_events_never_share_a_request_also_where_the_form_changed_meanwhile(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        var release = new CancellationTokenSource();
        receiver.Script = (_, _) => CallbackReceiver.Until(release.Token);
        var batched = WebhooksWorld.To(receiver.Url) with { BatchedCallbacks = true };
        await using var world = await WebhooksWorld.Start(engine, new WebhooksOptions { PerEndpoint = 1 }, batched);
        for (var i = 1; i <= 5; i++) world.Hand(world.Change($"m{i}"));
        Assert.Single((await receiver.Next()).Items("messageStatusUpdate").EnumerateArray());
        world.Provision(Of(receiver, CallbackForm.Platform) with { BatchedCallbacks = true });
        await release.CancelAsync();
        var told = new List<string>();
        for (var i = 2; i <= 5; i++) told.Add(Text((await receiver.Next()).Json, "messageId"));
        Assert.Equal(["m2", "m3", "m4", "m5"], told.Order());
        for (var i = 1; i <= 5; i++) Assert.True((await world.Settled()).Told);
        release.Dispose();
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_failure_is_told_with_its_reason_and_again_by_hand(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        await using var world = await WebhooksWorld.Start(engine, Of(receiver, CallbackForm.Platform));
        var failed = world.Change("m1", MessageStatus.DeliveryFailure, error: "err:045");
        world.Hand(failed);
        var first = await receiver.Next();
        Assert.Equal(("ERROR_DELIVERING_MESSAGE", "Error delivering message: err:045"),
            (Text(first.Json, "status"), Text(first.Json, "statusDescription")));
        await world.Settled();
        Assert.True((await world.Deliveries.ReplayStatus(failed, CancellationToken.None)).Ok);
        var again = await world.After(TimeSpan.Zero, receiver.Next(), "the replay");
        Assert.Equal((first.Id, first.Text), (again.Id, again.Text));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static Integration Of(
        CallbackReceiver receiver, CallbackForm form, CallbackMethod method = CallbackMethod.Post)
    {
        var usual = WebhooksWorld.To(receiver.Url);
        return usual with
        {
            CallbackForm = form,
            CallbackMethod = method,
            Account = new ApiAccount("3601", "shop", "hash"),
            Tenant = usual.Tenant with { Price = new MessagePrice(40_000, 50_000) },
        };
    }
}
