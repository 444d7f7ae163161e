using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Journeys;

/// <summary>What somebody tries who is not what he says, or sends what nobody should.</summary>
public sealed class MarketAbuseTests(MarketClients clients) : IClassFixture<MarketClients>
{
    private const string Mine = "/productLookup/2.0?clientId=20";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_token_that_is_not_ours_or_not_for_this_opens_nothing(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        var good = await world.Token();
        var kid = new JsonWebToken(good).Kid;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = good.Split('.');
        var shared = new SymmetricSecurityKey(SHA256.HashData(Encoding.UTF8.GetBytes(parts[0]))) { KeyId = kid };
        var none = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        string[] forged =
        [
            "", "x", "..", new string('a', 5_000), $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}",
            $"{none}.{parts[1]}.", $"{none}.{parts[1]}.{parts[2]}",
            Forge(new(new ECDsaSecurityKey(key) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256)),
            Forge(new(new ECDsaSecurityKey(key) { KeyId = "other" }, SecurityAlgorithms.EcdsaSha256)),
            Forge(new(shared, SecurityAlgorithms.HmacSha256)), Forge(null),
        ];
        foreach (var token in forged)
        {
            var (status, body) = await world.Send(HttpMethod.Get, Mine, null, token: token);
            Assert.True(status == 401 && (string?)body!["responseCode"] == "4001", $"{token}: {status} {body}");
        }
        Assert.Equal(200, (await world.Send(HttpMethod.Get, Mine, null, token: good)).Status);
        // Token and key must be of one client; the order that a stolen half comes with is not looked at.
        var other = clients[engine, MarketClients.Other];
        Assert.Equal(401, (await world.Send(HttpMethod.Get, Mine, null, token: await other.Token())).Status);
        var order = world.Order("T-1", more: ",\"reserveFundsTxnRef\":\"T-1\"");
        var (http, reply) = await world.Send(HttpMethod.Post, MarketWorld.Transact, order, key: other.Key);
        Assert.Equal((401, "4001"), (http, (string?)reply!["responseCode"]));
        Assert.Equal(404, (await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=T-1")).Status);

        string Forge(SigningCredentials? by) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(new SecurityTokenDescriptor
            {
                Issuer = "urn:parley:realm:UAT-API",
                Audience = "marketplace",
                NotBefore = world.Server.Clock.GetUtcNow().UtcDateTime.AddSeconds(-1),
                Expires = world.Server.Clock.GetUtcNow().UtcDateTime.AddSeconds(200),
                Subject = new ClaimsIdentity([new("sub", "20"), new("typ", "Bearer")]),
                SigningCredentials = by,
            });
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_body_that_is_not_one_order_is_4000_and_leaves_nothing(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        const string held = ",\"reserveFundsTxnRef\":\"J-1\"";
        var sound = Encoding.UTF8.GetBytes(world.Order("J-1", more: held));
        var text = Encoding.UTF8.GetString(sound);
        (string Name, byte[] Body)[] bodies =
        [
            ("a member twice", Bytes(text.Replace("\"feeAmount\":10000", "\"feeAmount\":10000,\"purchaseAmount\":1"))),
            ("a member twice, inside", Bytes(world.Order("J-1", more: held + ",\"x\":{\"a\":1,\"a\":2}"))),
            ("deep", Bytes(world.Order("J-1", more: held + ",\"x\":" + new string('[', 100) + new string(']', 100)))),
            ("very deep", Bytes(new string('[', 30_000) + new string(']', 30_000))),
            ("huge", Bytes(world.Order("J-1", more: $"{held},\"x\":\"{new string('x', 70_000)}\""))),
            ("not UTF-8", [.. Bytes(text[..^1]), .. ",\"channel\":\""u8, 0xC3, 0x28, .. "\"}"u8]),
            ("Latin-1", Encoding.Latin1.GetBytes(text.Replace("USSD", "Über"))),
            ("UTF-16", Encoding.Unicode.GetBytes(text)),
            ("cut", sound[..^5]), ("two", [.. sound, .. sound]), ("nothing", []), ("a form", "clientId=20"u8.ToArray()),
            ("NaN", Bytes(world.Order("J-1", amount: "NaN", more: held))),
            ("hexadecimal", Bytes(world.Order("J-1", amount: "0x30D40", more: held))),
            ("an exponent", Bytes(world.Order("J-1", amount: "\"2e5\"", more: held))),
            ("negative text", Bytes(world.Order("J-1", amount: "\"-200000\"", more: held))),
            ("a fraction", Bytes(world.Order("J-1", amount: "200000.0", more: held))),
            ("other digits", Bytes(world.Order("J-1", amount: "\"٢٠٠٠٠٠\"", more: held))),
            ("13 digits", Bytes(world.Order("J-1", amount: "1000000000000", more: held))),
            ("400 digits", Bytes(world.Order("J-1", amount: new string('9', 400), more: held))),
            ("an escape that is no character", Bytes(text.Replace("USSD", "\\ud800"))),
            ("a zero character", Bytes(text.Replace("88120045", "8812\\u0000"))),
        ];
        foreach (var (name, body) in bodies)
        {
            var (status, answer) = await Post(world, MarketWorld.Transact, body);
            Assert.True(status == 400 && (string?)answer!["responseCode"] == "4000", $"{name}: {status} {answer}");
            Assert.Null(answer["raasTxnRef"]);
        }
        Assert.Equal(404, (await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=J-1")).Status);
        Assert.Equal(400, (await world.Get("/lookup-api/2.0?clientId=20&clientTxnRef=a&clientTxnRef=b")).Status);
        Assert.Equal(403, (await world.Get("/lookup-api/2.0?clientId=999999999&clientTxnRef=a")).Status);
        Assert.Equal(200, (await Post(world, MarketWorld.Transact, sound)).Status);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Anothers_references_are_answered_as_those_of_nobody(string engine)
    {
        var (mine, other) = (clients[engine, MarketClients.Plain], clients[engine, MarketClients.Other]);
        var reference = await mine.Buys(MarketWorld.Reserve, mine.Order("P-1", target: "45701122335"), 200, "0000");
        await mine.Ends(reference, "SUCCESS", "0000");
        var held = mine.Bank.HoldOf(reference)!.Reference;
        foreach (var (theirs, nobodys) in ((string, string)[])
            [($"raasTxnRef={reference}", $"raasTxnRef={Guid.NewGuid()}"), ("clientTxnRef=P-1", "clientTxnRef=P-0"),
                ($"reserveFundsTxnRef={held}", $"reserveFundsTxnRef={Guid.NewGuid()}")])
        {
            var found = await other.Get($"/lookup-api/2.0?clientId=21&{theirs}");
            var none = await other.Get($"/lookup-api/2.0?clientId=21&{nobodys}");
            Assert.Equal((404, none.Body!.ToJsonString()), (found.Status, found.Body!.ToJsonString()));
        }
        Assert.Empty((await other.Get("/tokenLookup/1.0?clientId=21&sourceIdentifier=2348030000111")).Body!["tokens"]!
            .AsArray());
        Assert.Empty((await other.Get("/userTransactionLookup/1.0?clientId=21&sourceIdentifier=2348030000111")).Body![
            "transactions"]!.AsArray());
        var like = other.Order("x", target: "45701122335");
        var (_, flight) = await other.Post("/in-flight-transaction-check/1.0", like);
        Assert.False((bool)flight!["hasPendingTransactions"]!);
        // Another's reservation is no reason to refuse, which would tell that it is there.
        var same = other.Order("P-1", target: "45701122336", more: $",\"reserveFundsTxnRef\":\"{held}\"");
        await other.Buys(MarketWorld.Transact, same, 200, "0000");
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_signed_body_counts_once_and_only_as_it_was_signed(string engine)
    {
        var world = clients[engine, MarketClients.Signed];
        var order = world.Order("S-1", target: "45701122337", more: ",\"reserveFundsTxnRef\":\"S-1\"");
        var signature = Sign("newer-signing-secret", order);
        (string Body, string? Signature)[] bad =
        [
            (order, null), (order, ""), (order, Sign("guess", order)), (order, signature[..^4] + "AAA="),
            (order, new string('A', 500)),
            (order.Replace("200000", "900000"), signature), (order.Replace("45701122337", "45701122338"), signature),
            (order + " ", signature), (order.Replace("\"clientId\":22", "\"clientId\": 22"), signature),
            (order.Replace("\n", "\r\n"), signature),
        ];
        foreach (var (body, sign) in bad)
        {
            var (status, answer) = await world.Post(MarketWorld.Transact, body, sign);
            Assert.Equal((401, "4001"), (status, (string?)answer!["responseCode"]));
        }
        Assert.Equal(404, (await world.Get("/lookup-api/2.0?clientId=22&clientTxnRef=S-1")).Status);
        // Replayed, also as often as one likes at once: one purchase, one answer.
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => world.Post(MarketWorld.Transact, order, signature)));
        Assert.Single(answers.Select(a => a.Body!.ToJsonString()).Distinct());
        Assert.Equal("0000", (string?)answers[0].Body!["responseCode"]);
        var raas = (string)answers[0].Body!["raasTxnRef"]!;
        await world.Ends(raas, "SUCCESS", "0000");
        await world.Told(raas);
        Assert.Equal($"{raas}-1", Assert.Single(world.Suppliers.VendsFor("river", "45701122337")).Reference);
        Assert.Equal(401, (await world.Post(MarketWorld.Reserve, world.Order("S-2"))).Status);
        // The lookups are never signed.
        Assert.Equal(200, (await world.Get("/lookup-api/2.0?clientId=22&clientTxnRef=S-1")).Status);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task An_order_of_another_day_is_refused_where_the_contract_wants_its_time(string engine)
    {
        var world = clients[engine, MarketClients.Timed];
        var now = world.Server.Clock.GetUtcNow();
        foreach (var more in (string[])
            ["", At(now.AddHours(-24).AddMinutes(-1)), At(now.AddHours(24).AddMinutes(1)), ",\"timestamp\":\"noon\"",
                ",\"timestamp\":\"0001-01-01T00:00:00Z\"", ",\"timestamp\":\"9999-12-31T23:59:59Z\""])
            await world.Buys(MarketWorld.Reserve, world.Order("E-1", more: more), 400, "4000");
        Assert.Equal(404, (await world.Get("/lookup-api/2.0?clientId=31&clientTxnRef=E-1")).Status);
        await world.Buys(MarketWorld.Reserve, world.Order("E-1", more: At(now.AddHours(-23))), 200, "0000");
        var elsewhere = world.Order("E-2", more: At(now.ToOffset(TimeSpan.FromHours(2))));
        await world.Buys(MarketWorld.Reserve, elsewhere, 200, "0000");

        static string At(DateTimeOffset at) => $",\"timestamp\":\"{at:yyyy-MM-ddTHH:mm:ss.fffzzz}\"";
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Only_a_trusted_proxy_says_who_calls(string engine)
    {
        var world = clients[engine, MarketClients.Elsewhere];
        Assert.Equal((400, "unauthorized_client"), await TokenFrom(null));
        Assert.Equal((400, "unauthorized_client"), await TokenFrom("198.51.100.1"));
        // What the caller himself wrote before the proxy added where he is.
        Assert.Equal((400, "unauthorized_client"), await TokenFrom("203.0.113.9, 198.51.100.1"));
        Assert.Equal((400, "unauthorized_client"), await TokenFrom("203.0.113.9, nonsense"));
        Assert.Equal((200, null), await TokenFrom("203.0.113.9"));
        Assert.Equal((200, null), await TokenFrom("203.0.113.9, 192.0.2.1"));
        Assert.Equal((200, null), await TokenFrom("2001:db8::7"));
        Assert.Equal((400, "unauthorized_client"), await TokenFrom("2001:db8::8"));

        async Task<(int, string?)> TokenFrom(string? address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, MarketWorld.TokenPath);
            if (address is not null) request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
            request.Content = new StringContent(
                "client_id=26&client_secret=secret-of-26-xyz&grant_type=client_credentials", null,
                "application/x-www-form-urlencoded");
            using var response = await world.Server.Http.SendAsync(request);
            return ((int)response.StatusCode,
                (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]);
        }
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task No_log_line_holds_money_secrets_or_tokens_and_every_look_at_a_token_is_written_down(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        var log = clients.LogOf(engine);
        var issued = (await world.AskToken("secret-of-20-xyz")).Body;
        var order = world.Order(
            "L-1", target: "2348030000333", product: 3010, amount: "7770001", fee: "0",
            more: ",\"authCode\":\"auth-4711-code\",\"accountIdentifier\":\"acc-0815-ount\"");
        var reference = await world.Buys(MarketWorld.Reserve, order, 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        await world.Told(reference);
        var token = (string)(await world.Lookup(reference))["token"]!;
        Assert.Matches("^\\d{4}(-\\d{4}){3}$", token);
        await world.Get("/tokenLookup/1.0?clientId=20&sourceIdentifier=2348030000111");
        await Eventually.Holds(
            () => world.Server.Phones.On("2348030000333").Any(m => m.Text.Contains(token, StringComparison.Ordinal)),
            "the token is on the phone");
        await world.Post(MarketWorld.Reserve, order + "}");
        await world.AskToken("wrong-secret-0987");
        var views = await world.Admin(HttpMethod.Get, $"/token-views?purchase={reference}");
        var apis = views["views"]!.AsArray().Select(v => (string)v!["api"]!).ToList();
        Assert.Contains("sms", apis);
        Assert.Contains("token-lookup", apis);
        Assert.Contains("transaction-lookup", apis);
        Assert.All(views["views"]!.AsArray(), v =>
            Assert.Equal((20, reference), ((int)v!["clientId"]!, (string)v["raasTxnRef"]!)));
        Assert.DoesNotContain(token, views.ToJsonString(), StringComparison.Ordinal);

        Assert.Contains(log.Lines, l => l.Contains("/reserve-and-transact/1.0", StringComparison.Ordinal));
        string[] secrets =
        [
            token, token.Replace("-", "", StringComparison.Ordinal), "secret-of-20-xyz", MarketClients.KeyOf(20),
            "wrong-secret-0987", "auth-4711-code", "acc-0815-ount", "7770001", (string)issued["access_token"]!,
            (string)issued["refresh_token"]!,
            "newer-signing-secret", MarketClients.Base64Key,
        ];
        foreach (var secret in secrets)
            Assert.DoesNotContain(log.Lines, l => l.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_partners_must_not_lose_stands_nowhere_readable_in_the_database(string engine)
    {
        var world = clients[engine, MarketClients.Plain];
        var rows = await world.Database.Transact(tx => tx.Query<string>("SELECT body FROM market_entries"),
            CancellationToken.None);
        Assert.Contains(rows, r => r.StartsWith("sealed:", StringComparison.Ordinal));
        foreach (var secret in (string[])
            ["newer-signing-secret", "older-signing-secret", "\"sandbox\"", "secret-of-", "key-of-client",
                "SignatureSecret"])
            Assert.DoesNotContain(rows, r => r.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_token_call_takes_one_small_form_and_no_guesses_without_end(string engine)
    {
        var world = clients[engine, MarketClients.Reading];
        foreach (var (body, type) in ((string, string)[])
            [("{\"client_id\":29}", "application/json"),
                ("client_id=29&client_id=20&grant_type=client_credentials", "form"),
                ("grant_type=client_credentials&x=" + new string('x', 20_000), "form"), ("", "form"),
                ("client_id=29&client_secret=secret-of-29-xyz&grant_type=password", "form"),
                ("client_id=029x&client_secret=secret-of-29-xyz&grant_type=client_credentials", "form"),
                ("client_id=-29&client_secret=secret-of-29-xyz&grant_type=client_credentials", "form"),
                ("client_id=29&client_secret=&grant_type=client_credentials", "form"),
                ("client_id=29&client_secret=%FF%FE&grant_type=client_credentials", "form")])
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(
                type == "form" ? "application/x-www-form-urlencoded" : type);
            using var response = await world.Server.Http.PostAsync(MarketWorld.TokenPath, content);
            Assert.True(
                response.StatusCode == HttpStatusCode.BadRequest,
                $"{body[..Math.Min(60, body.Length)]}: {response.StatusCode}");
            Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]);
        }
        await Eventually.Holds(async () => (await world.AskToken("guess")).Status == 429, "guessing is stopped");
        // Also for the right one, of which a few pass meanwhile: who guesses must not see the difference.
        await Eventually.Holds(
            async () => (await world.AskToken("secret-of-29-xyz")).Status == 429, "the right one is stopped, too");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Sign(string secret, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    private static async Task<(int Status, JsonNode? Body)> Post(MarketWorld world, string path, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, MarketWorld.Base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await world.Token());
        request.Headers.Add("X-API-Key", world.Key);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await world.Server.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }
}
