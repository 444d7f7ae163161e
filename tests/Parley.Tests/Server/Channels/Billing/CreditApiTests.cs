using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Server.Channels.Messages;
using Parley.Smpp;
using Parley.Tests.Server.Channels.SmppServer;

namespace Parley.Tests.Server.Channels.Billing;

/// <summary>Accounts as tenants and operators see them, through every door.</summary>
public sealed class CreditApiTests(BillingWorld world) : IClassFixture<BillingWorld>
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_door_refuses_what_the_account_does_not_cover_and_takes_it_after_a_payment(string engine)
    {
        await world.Sent(engine, "poor", world.Number());
        await using var esme = await Esme.Bound(world.SmppPort(engine), BillingWorld.Smpp("poor"));
        Assert.Equal((402, "20"), await OneApi(engine));
        Assert.Equal((402, "301"), await SmsOnly(engine));
        Assert.Equal("ERR: 301, No credit left", await LegacyHttp(engine));
        Assert.Equal((402, "301"), await LegacyRest(engine));
        Assert.Equal((CommandStatus)0x0400, (await esme.Submit(world.Number(), "x")).Status);
        // 0.01 EUR are left, a legacy credit is 0.04.
        Assert.Equal("""{"balance":0.01,"currency":"EUR"}""", await Shows("/v1/balance"));
        Assert.Equal("""{"balance":0.01,"currency":"EUR"}""", await Shows("/public-client/balance"));
        Assert.Equal("""{"data":{"balance":"0.25"}}""", await Shows("/rest/account/balance"));
        Assert.Equal("Credit: 0.250", await Shows($"/http/getbalance?{BillingWorld.Login("poor")}"));
        Assert.Equal(200, (await world.Pay(engine, "poor", "bank-1", 0.09m)).Status);
        Assert.Equal((202, ""), await OneApi(engine));
        Assert.Equal((202, ""), await SmsOnly(engine));
        Assert.StartsWith("ID: ", await LegacyHttp(engine), StringComparison.Ordinal);
        Assert.Equal((202, ""), await LegacyRest(engine));
        Assert.Equal(CommandStatus.Ok, (await esme.Submit(world.Number(), "x")).Status);
        Assert.Equal(0m, await world.Available(engine, "poor"));
        await world.Agrees(engine);

        async Task<string> Shows(string path) => (await world.Ask(engine, "GET", path, "poor")).Body;
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_one_request_goes_what_the_account_covers_and_a_repeat_gets_the_same_answer(string engine)
    {
        var to = Enumerable.Range(0, 4).Select(_ => world.Number()).ToArray();
        var request = $$"""
            {"messages":[{"to":"{{to[0]}}","content":"x"},{"to":"{{to[1]}}","content":"{{new string('x', 300)}}"},
            {"to":"{{to[2]}}","content":"x"},{"to":"{{to[3]}}","content":"x"}]}
            """;
        var (status, body) = await world.Ask(engine, "POST", "/v1/message", "some", request, "once");
        Assert.Equal(207, status);
        var entries = JsonNode.Parse(body)!["messages"]!.AsArray();
        // 0.05: one part, then two do not fit any more, then one part does, then nothing.
        Assert.Equal([true, false, true, false], entries.Select(e => (bool)e!["accepted"]!));
        Assert.Equal([null, "20", null, "20"], entries.Select(e => e!["error"]?["code"]?.ToString()));
        Assert.Equal((207, body), await world.Ask(engine, "POST", "/v1/message", "some", request, "once"));
        Assert.Equal(0.01m, await world.Available(engine, "some"));
        // What was refused whole did nothing and is not kept: after a payment the same request goes.
        var more = $$"""{"messages":[{"to":"{{to[3]}}","content":"x"}]}""";
        Assert.Equal(402, (await world.Ask(engine, "POST", "/v1/message", "some", more, "twice")).Status);
        await world.Pay(engine, "some", "bank-2", 0.01m);
        Assert.Equal(202, (await world.Ask(engine, "POST", "/v1/message", "some", more, "twice")).Status);
        Assert.Equal(0m, await world.Available(engine, "some"));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_message_costs_depends_on_where_it_goes(string engine)
    {
        var before = await world.Available(engine, "lists");
        var id = await world.Sent(engine, "lists", "27821239901");
        await world.Sent(engine, "lists", "27711239901");
        await world.Sent(engine, "lists", "27711239902", text: new string('x', 161));
        Assert.Equal(0.015m + 0.02m + 0.036m, before - await world.Available(engine, "lists"));
        var charge = await world.Ask(
            engine, "GET", $"/http/getmsgcharge?{BillingWorld.Login("lists")}&apimsgid={id}", "lists");
        Assert.StartsWith($"apiMsgId: {id} charge: 1.5 status: ", charge.Body, StringComparison.Ordinal);
        var covered = await world.Ask(engine, "GET", "/rest/coverage/27821239901", "lists");
        Assert.Equal(1.5m, (decimal)JsonNode.Parse(covered.Body)!["data"]!["minimumCharge"]!);
        var most = await world.Ask(
            engine, "GET",
            $"/http/sendmsg?{BillingWorld.Login("lists")}&to=27711239903&text=x&max_credits=1.9", "lists");
        Assert.StartsWith("ERR: 113", most.Body, StringComparison.Ordinal);
        var asked = await world.Admin(engine, "/credit/lists/price/27821239901?parts=2");
        Assert.Equal((0.03m, "ZA"), ((decimal)asked["price"]!, (string)asked["country"]!));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Postpaid_credit_ends_at_its_limit(string engine)
    {
        for (var i = 0; i < 5; i++) await world.Sent(engine, "later", world.Number());
        var refused = await world.Ask(engine, "POST", "/v1/message", "later", One(world.Number()));
        Assert.Equal(402, refused.Status);
        var account = await world.Admin(engine, "/credit/later");
        Assert.Equal(
            (-0.05m, 0.05m, 0m, "postpaid"),
            ((decimal)account["balance"]!, (decimal)account["limit"]!, (decimal)account["available"]!,
                (string)account["kind"]!));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_payment_under_the_same_reference_is_booked_once(string engine)
    {
        Assert.False((bool)(await world.Pay(engine, "paid", "ref", 5m)).Body["repeated"]!);
        var (status, again) = await world.Pay(engine, "paid", "ref", 5m);
        Assert.Equal((200, true, 5m), (status, (bool)again["repeated"]!, (decimal)again["account"]!["balance"]!));
        Assert.Equal(409, (await world.Pay(engine, "paid", "ref", 6m)).Status);
        Assert.Equal(409, (await world.Pay(engine, "paid", "much", -5.01m)).Status);
        Assert.Equal(400, (await world.Pay(engine, "paid", "odd", 0.0000001m)).Status);
        Assert.Equal(400, (await world.Pay(engine, "paid", "none", 0m)).Status);
        Assert.Equal(400, (await world.Pay(engine, "paid", "", 1m)).Status);
        Assert.Equal(404, (await world.Pay(engine, "plain", "ref", 1m)).Status);
        Assert.Equal(404, (await world.Pay(engine, "nobody", "ref", 1m)).Status);
        Assert.Equal(200, (await world.Pay(engine, "paid", "out", -1.5m, "refund")).Status);
        await world.Sent(engine, "paid", world.Number());
        var lines = (await world.Admin(engine, "/credit/paid/statement"))["lines"]!.AsArray();
        Assert.Equal(
            [("payment", 5m, 5m), ("refund", -1.5m, 3.5m), ("sms", -0.02m, 3.48m)],
            lines.Select(l => ((string)l!["reason"]!, (decimal)l["amount"]!, (decimal)l["balance"]!)));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_message_that_is_replaced_is_charged_or_given_back_the_difference(string engine)
    {
        await using var esme = await Esme.Bound(world.SmppPort(engine), BillingWorld.Smpp("swap"));
        var id = await esme.Sent("447700900123", "x");
        Assert.Equal(0.03m, await world.Available(engine, "swap"));
        await world[engine].Becomes(id, "QUEUED", BillingWorld.KeyOf("swap"));
        Assert.Null(await Replace(engine, id, 161));
        Assert.Equal(0.01m, await world.Available(engine, "swap"));
        Assert.Equal(MessageRefusals.BalanceTooLow, (await Replace(engine, id, 320))?.Code);
        Assert.Null(await Replace(engine, id, 10));
        Assert.Equal(0.03m, await world.Available(engine, "swap"));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_tenant_without_an_account_is_charged_nothing(string engine)
    {
        var before = await Transfers(engine);
        await world.Sent(engine, "plain", world.Number());
        Assert.Equal(before, await Transfers(engine));
        Assert.Equal(
            """{"balance":1.00,"currency":"EUR"}""", (await world.Ask(engine, "GET", "/v1/balance", "plain")).Body);
        await world.Agrees(engine);
    }

    [Fact]
    public async Task Two_nodes_never_spend_more_than_there_is()
    {
        TestEngine.NeedsPostgres();
        const string engine = "postgres";
        var other = await world[engine].Beside("--provision", world.File(engine));
        try
        {
            using var there = new HttpClient { BaseAddress = other.Http.BaseAddress, Timeout = Deadline.Longest };
            var taken = 0;
            await Task.WhenAll(Enumerable.Range(0, 80).Select(async i =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/message");
                request.Headers.TryAddWithoutValidation("Authorization", BillingWorld.KeyOf("race"));
                request.Content = new StringContent(One(world.Number()));
                using var here = new HttpClient { BaseAddress = world[engine].Http.BaseAddress };
                using var response = await (i % 2 == 0 ? here : there).SendAsync(request);
                if ((int)response.StatusCode == 202) Interlocked.Increment(ref taken);
                else Assert.Equal(402, (int)response.StatusCode);
            }));
            Assert.Equal(50, taken);
            Assert.Equal(0m, await world.Available(engine, "race"));
            await world.Agrees(engine);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    private static string One(string to) => $$"""{"messages":[{"to":"{{to}}","content":"x"}]}""";

    private async Task<long> Transfers(string engine) => await world[engine].Services
        .GetRequiredService<Parley.Platform.Storage.Database>()
        .Read(c => Dapper.SqlMapper.QuerySingle<long>(c, "SELECT count(*) FROM ledger_transfers"), default);

    private async Task<Parley.Platform.Refusal?> Replace(string engine, string id, int length)
    {
        var services = world[engine].Services;
        var integration = services.GetRequiredService<Parley.Server.Tenants.TenantDirectory>().ById("swap-main")!;
        return await services.GetRequiredService<ReplaceMessage>().Run(
            integration, id, new Replacement { Content = old => old with { Text = new string('y', length) } }, default);
    }

    private async Task<(int, string)> OneApi(string engine)
    {
        var (status, body) = await world.Ask(engine, "POST", "/v1/message", "poor", One(world.Number()));
        return (status, JsonNode.Parse(body)!["messages"]![0]!["error"]?["code"]?.ToString() ?? "");
    }

    private async Task<(int, string)> SmsOnly(string engine)
    {
        var (status, body) = await world.Ask(
            engine, "POST", "/messages", "poor", $$"""{"content":"x","to":["{{world.Number()}}"]}""");
        return (status, JsonNode.Parse(body)!["errorCode"]?.ToString() ?? "");
    }

    private async Task<string> LegacyHttp(string engine) => (await world.Ask(
        engine, "GET", $"/http/sendmsg?{BillingWorld.Login("poor")}&to={world.Number()}&text=x", "poor")).Body;

    private async Task<(int, string)> LegacyRest(string engine)
    {
        var (status, body) = await world.Ask(
            engine, "POST", "/rest/message", "poor", $$"""{"text":"x","to":["{{world.Number()}}"]}""");
        return (status, JsonNode.Parse(body)!["data"]!["message"]![0]!["error"]?["code"]?.ToString() ?? "");
    }
}
