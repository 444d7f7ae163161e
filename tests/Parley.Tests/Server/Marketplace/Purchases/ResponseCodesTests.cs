using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Marketplace.Purchases;

/// <summary>Every code of the contract's table (§12) that can occur, through the door.</summary>
public sealed class ResponseCodesTests(MarketClients clients) : IClassFixture<MarketClients>
{
    private const string Held = ",\"reserveFundsTxnRef\":\"H-{0}\"";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_the_bank_says_reaches_the_caller_in_its_code(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        (string Suffix, string Code, bool Released)[] cases =
        [
            ("1010", "2010", false), ("1020", "2020", false), ("1030", "2030", false), ("1040", "2040", false),
            ("1050", "2050", false), ("1060", "2060", true), ("1070", "2070", false), ("1080", "2080", false),
            ("1090", "2090", false), ("1099", "2090", true), ("1000", "0000", false),
        ];
        await Task.WhenAll(cases.Select(async c =>
        {
            var order = world.Order($"B-{c.Suffix}", source: $"234803000{c.Suffix}");
            var reference = await world.Buys(MarketWorld.Reserve, order, 200, c.Code);
            Assert.NotEqual("", reference);
            var status = c.Code == "0000" ? "SUCCESS" : "FAILED";
            await world.Ends(reference, status, c.Released || c.Code == "0000" ? c.Code : null);
            // Where a hold may stand the bank hears of it, with the same code; after a plain no there is nothing to tell.
            if (c.Released || c.Code == "0000") await world.Told(reference);
            else Assert.Empty(world.Bank.ResultsOf(reference));
            Assert.Equal(c.Code, (string?)(await world.Lookup(reference))["reserveFundsResponseCode"]);
        }));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_the_supplier_says_is_told_in_its_code(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        (string Suffix, string Code)[] cases =
        [
            ("0001", "2201"), ("0010", "2210"), ("0013", "2213"), ("0014", "2214"), ("0025", "2225"), ("0026", "2226"),
            ("0039", "2239"), ("0042", "2242"), ("0000", "0000"),
        ];
        await Task.WhenAll(cases.Select(async c =>
        {
            var order = world.Order($"V-{c.Suffix}", target: $"4570113{c.Suffix}", more: Hold($"V-{c.Suffix}"));
            var reference = await world.Buys(MarketWorld.Transact, order, 200, "0000");
            await world.Ends(reference, c.Code == "0000" ? "SUCCESS" : "FAILED", c.Code);
            await world.Told(reference);
            var told = world.Bank.ResultsOf(reference)[0];
            Assert.Equal((c.Code, c.Code == "0000" ? "SUCCESS" : "FAILED"),
                ((string?)told["responseCode"], (string?)told["transactionStatus"]));
            Assert.Equal(c.Code == "0000", told["token"] is not null);
        }));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Our_own_refusals_have_codes_at_both_doors_and_tell_nobody(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        foreach (var (path, name) in ((string, string)[])[(MarketWorld.Reserve, "R"), (MarketWorld.Transact, "T")])
        {
            await Refused("2050", "2050", Order("2050", amount: "49900"));
            await Refused("0000", "2050", Order("0000", amount: "0"));
            await Refused("2040", "2040", Order("2040", amount: "10000001"));
            await Refused("9999", "2040", Order("9999", amount: "999999999999"));
            await Refused("2055", "2055", Order("2055", fee: "9999"));
            await Refused("none", "2055", Order("none").Replace("\"feeAmount\":10000,", "", StringComparison.Ordinal));
            await Refused("2070", "2070", Order("2070", source: "2348039999999"));

            async Task Refused(string reference, string code, string order)
            {
                var raas = await world.Buys(path, order, 200, code);
                var found = await world.Lookup(raas);
                Assert.Equal(("FAILED", $"O-{name}-{reference}"),
                    ((string?)found["transactionStatus"], (string?)found["clientTxnRef"]));
                Assert.Null(found["transactResultResponseCode"]);
                Assert.Empty(world.Bank.ResultsOf(raas));
                Assert.Null(world.Bank.HoldOf(raas));
            }

            string Order(
                string reference, string amount = "200000", string fee = "10000", string source = "2348030000111") =>
                world.Order(
                    $"O-{name}-{reference}", amount: amount, fee: fee, source: source,
                    more: path == MarketWorld.Transact ? Hold($"O-{reference}") : "");
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Contradictions_are_4009_and_record_nothing(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        var first = world.Order("D-1", target: "45701140001", more: Hold("D-1"));
        var reference = await world.Buys(MarketWorld.Transact, first, 200, "0000");
        string[] others =
        [
            world.Order("D-1", target: "45701140001", amount: "300000", more: Hold("D-1")),
            world.Order("D-1", target: "45701140001", fee: "20000", more: Hold("D-1")),
            world.Order("D-1", target: "45701140002", more: Hold("D-1")),
            world.Order("D-1", target: "45701140001", source: "2348030000112", more: Hold("D-1")),
            world.Order("D-1", target: "45701140001", product: 3010, more: Hold("D-1")),
            world.Order("D-1", target: "45701140001", more: Hold("D-2")),
            world.Order("D-3", target: "45701140001", more: Hold("D-1")),
        ];
        foreach (var other in others)
            Assert.Equal("", await world.Buys(MarketWorld.Transact, other, 409, "4009"));
        Assert.Equal("", await world.Buys(MarketWorld.Reserve, world.Order("D-1", target: "45701140001"), 409, "4009"));
        Assert.Equal(reference, await world.Buys(MarketWorld.Transact, first, 200, "0000"));
        Assert.Equal(404, (await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=D-3")).Status);
        // Another client's references are its own.
        var other2 = clients[engine, MarketClients.Other];
        var same = other2.Order("D-1", target: "45701140003", more: Hold("D-1"));
        Assert.NotEqual(reference, await other2.Buys(MarketWorld.Transact, same, 200, "0000"));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Who_may_not_is_4003(string engine)
    {
        var plain = clients[engine, MarketClients.Plain];
        foreach (var path in Reads(MarketClients.Other))
            Assert.Equal((403, "4003"), Code(await plain.Get(path)));
        foreach (var (path, body) in Posts(MarketClients.Other))
            Assert.Equal((403, "4003"), Code(await plain.Post(path, body)));
        var reading = clients[engine, MarketClients.Reading];
        await reading.Buys(MarketWorld.Transact, reading.Order("F-1", more: Hold("F-1")), 403, "4003");
        await reading.Buys(MarketWorld.Reserve, reading.Order("F-1"), 403, "4003");
        var narrow = clients[engine, MarketClients.Narrow];
        Assert.Equal(200, (await narrow.Get("/productLookup/2.0?clientId=25")).Status);
        Assert.Equal((403, "4003"), Code(await narrow.Get("/tokenLookup/1.0?clientId=25&sourceIdentifier=1")));
        await narrow.Buys(MarketWorld.Reserve, narrow.Order("F-1"), 403, "4003");
        await narrow.Buys(MarketWorld.Transact, narrow.Order("F-2", more: Hold("F-2")), 200, "0000");
        Assert.Equal((403, "4003"), Code(await clients[engine, MarketClients.Elsewhere].Send(
            HttpMethod.Get, "/lookupCountryPrefix/1.0", null, token: await TokenFrom(engine, "203.0.113.9"))));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Too_many_calls_are_4029_and_say_when_to_call_again(string engine)
    {
        var slow = clients[engine, MarketClients.Slow];
        await slow.Token();
        TimeSpan? after = null;
        await Eventually.Holds(async () =>
        {
            using var answer = await Raw(slow, HttpMethod.Get, "/productLookup/2.0?clientId=23");
            after = answer.Headers.RetryAfter?.Delta;
            return (int)answer.StatusCode == 429;
        }, "the calls are too many");
        Assert.Equal(TimeSpan.FromSeconds(1), after);
        var (status, body) = await Until429(slow, () => slow.Post(MarketWorld.Transact, slow.Order("R-1")));
        Assert.Equal((429, "4029"), (status, (string?)body!["responseCode"]));
        Assert.Null(body["raasTxnRef"]);
        Assert.True(body.AsObject().ContainsKey("clientTxnRef"));

        var one = clients[engine, MarketClients.SlowTransact];
        Assert.Equal((429, "4029"), Code(await Until429(one, () => one.Get(
            "/tokenLookup/1.0?clientId=24&sourceIdentifier=2348030000111"))));
        Assert.Equal((429, "4029"), Code(await Until429(one, () => one.Post(MarketWorld.Transact, one.Order("R-1")))));
        // The limit of one API is no other's.
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await one.Get("/productLookup/2.0?clientId=24")).Status);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_breaks_on_our_side_is_0001_with_500_in_the_shape_of_the_api(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        await world.Token();
        await Rename("market_purchases", "market_purchases_away");
        try
        {
            foreach (var (path, more) in ((string, string)[])
                [(MarketWorld.Reserve, ""), (MarketWorld.Transact, Hold("X"))])
            {
                var (status, body) = await world.Post(path, world.Order("X-1", more: more));
                Assert.Equal((500, "0001"), (status, (string?)body!["responseCode"]));
                Assert.True(body.AsObject().ContainsKey("raasTxnRef"));
                Assert.Null(body["raasTxnRef"]);
                Assert.DoesNotContain("market_purchases", body.ToJsonString(), StringComparison.Ordinal);
            }
            Assert.Equal((500, "0001"), Code(await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=X-1")));
        }
        finally
        {
            await Rename("market_purchases_away", "market_purchases");
        }
        Assert.Equal((500, "0001"), Code(await world.Get("/productLookup/2.0?clientId=20&productTypeId=99")));
        Assert.NotEqual("", await world.Buys(MarketWorld.Reserve, world.Order("X-1"), 200, "0000"));

        Task Rename(string from, string to) => world.Database.Transact(
            tx => tx.Execute($"ALTER TABLE {from} RENAME TO {to}"), CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Lookups_have_their_codes(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        const string operators = "/mnoLookup/1.0?clientId=20&countryCallingCode=234&msisdn=";
        Assert.Equal((200, "0000"), Code(await world.Get(operators + "2348030000111")));
        Assert.Equal((400, "9010"), Code(await world.Get(operators + "2780300001")));
        Assert.Equal((504, "9030"), Code(await world.Get(operators + "2348020000111")));
        Assert.Equal((404, "4004"), Code(await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=never")));
        Assert.Equal((400, "4000"), Code(await world.Get("/lookup-api/2.0?clientId=20")));
        Assert.Equal((400, "4000"), Code(await world.Get("/financial-terms/1.0?clientId=20&productId=1701")));
        foreach (var (target, status, code) in ((string, int, string)[])
            [("45701122334", 200, "0000"), ("45701120010", 202, "4010"), ("45701120001", 202, "2201"),
                ("45701120039", 504, "2239"), ("4570-112", 400, "4000")])
            Assert.Equal((status, code), Code(await world.Post("/validate",
                $$"""{"clientId":20,"productId":1701,"purchaseAmount":200000,"targetIdentifier":"{{target}}"}""")));
        foreach (var path in Reads(MarketClients.Plain))
            Assert.Equal((400, "4000"), Code(await world.Get(path.Replace("clientId=20", "clientId=x",
                StringComparison.Ordinal))));
        foreach (var (path, _) in Posts(MarketClients.Plain))
            Assert.Equal((400, "4000"), Code(await world.Post(path, """{"clientId":20}""")));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_buyer_beyond_a_limit_gets_its_code_and_not_one_purchase_more_at_once(string engine)
    {
        var world = clients[engine, MarketClients.Counted];
        await world.Token();
        // What fails gives its place back.
        var failed = await world.Buys(
            MarketWorld.Reserve, world.Order("N-0", source: "2348030004444", target: "45701140001"), 200, "0000");
        await world.Ends(failed, "FAILED", "2201");
        var codes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => (string?)(await world.Post(
            MarketWorld.Reserve, world.Order($"N-A{i}", source: "2348030004444"))).Body!["responseCode"]));
        Assert.Equal((3, 9), (codes.Count(c => c == "0000"), codes.Count(c => c == "2070")));
        // Another buyer has limits of his own; a repeat is no purchase more.
        await world.Buys(MarketWorld.Reserve, world.Order("N-1", source: "2348030004445"), 200, "0000");
        await world.Buys(MarketWorld.Reserve, world.Order("N-2", source: "2348030004445"), 200, "0000");
        await world.Buys(MarketWorld.Reserve, world.Order("N-3", source: "2348030004445"), 200, "0000");
        await world.Buys(MarketWorld.Reserve, world.Order("N-3", source: "2348030004445"), 200, "0000");
        await world.Buys(MarketWorld.Reserve, world.Order("N-4", source: "2348030004445"), 200, "2070");
        var summed = clients[engine, MarketClients.Summed];
        await summed.Buys(MarketWorld.Reserve, summed.Order("N-1", amount: "300000"), 200, "0000");
        await summed.Buys(MarketWorld.Reserve, summed.Order("N-2", amount: "200001"), 200, "2040");
        await summed.Buys(MarketWorld.Reserve, summed.Order("N-3", amount: "200000"), 200, "0000");
        await summed.Buys(MarketWorld.Reserve, summed.Order("N-4", amount: "50000"), 200, "2040");
        world.Jump(TimeSpan.FromSeconds(3_601));
        await world.Buys(MarketWorld.Reserve, world.Order("N-5", source: "2348030004445"), 200, "0000");
    }

    private static string Hold(string reference) => Held.Replace("{0}", reference, StringComparison.Ordinal);

    private static (int, string?) Code((int Status, JsonNode? Body) answer) =>
        (answer.Status, (string?)answer.Body!["responseCode"]);

    private static string[] Reads(int client) =>
    [
        $"/productLookup/2.0?clientId={client}",
        $"/financial-terms/1.0?clientId={client}&productId=1701&purchaseAmount=1",
        $"/mnoLookup/1.0?clientId={client}&msisdn=1&countryCallingCode=1",
        $"/lookup-api/2.0?clientId={client}&raasTxnRef=1",
        $"/userTransactionLookup/1.0?clientId={client}&sourceIdentifier=1",
        $"/tokenLookup/1.0?clientId={client}&sourceIdentifier=1",
    ];

    private static (string Path, string Body)[] Posts(int client) =>
    [
        .. ((string[])["/transact/1.0", "/reserve-and-transact/1.0", "/in-flight-transaction-check/1.0", "/validate",
            "/customer-account-validation/1.0/validate", "/notifications/1.0"])
            .Select(path => (path, $$"""{"clientId":{{client}}}""")),
    ];

    private static async Task<(int Status, JsonNode? Body)> Until429(
        MarketWorld world, Func<Task<(int Status, JsonNode? Body)>> call)
    {
        await world.Token();
        (int Status, JsonNode? Body) answer = default;
        await Eventually.Holds(async () => (answer = await call()).Status == 429, "the calls are too many");
        return answer;
    }

    private static async Task<HttpResponseMessage> Raw(MarketWorld world, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, MarketWorld.Base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.Token());
        request.Headers.Add("X-API-Key", world.Key);
        return await world.Server.Http.SendAsync(request);
    }

    /// <summary>A token got from a network where the client may be.</summary>
    private async Task<string> TokenFrom(string engine, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, MarketWorld.TokenPath);
        request.Headers.Add("X-Forwarded-For", address);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = $"{MarketClients.Elsewhere}",
            ["client_secret"] = $"secret-of-{MarketClients.Elsewhere}-xyz",
            ["grant_type"] = "client_credentials",
        });
        using var response = await clients[engine, MarketClients.Elsewhere].Server.Http.SendAsync(request);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }
}
