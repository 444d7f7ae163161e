namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>Who may call legacy HTTP, and in which form it answers (contract channels §7, §7.1).</summary>
public sealed class HttpDoorTests(LegacyWorld world) : IClassFixture<LegacyWorld>
{
    public static TheoryData<string> Engines => TestEngine.All;

    /// <summary>Path and query, and how the answer begins.</summary>
    public static TheoryData<string, string, string> Refused => ForEngines(
        ("/http/getbalance", "ERR: 001, "),
        ("/http/getbalance?user=usual&password=wrong&api_id=11", "ERR: 001, "),
        ("/http/getbalance?user=other&password=secret-1&api_id=11", "ERR: 001, "),
        ("/http/auth?user=usual&password=wrong&api_id=11", "ERR: 001, "),
        ("/http/getbalance?user=usual&password=secret-1", "ERR: 108, "),
        ("/http/getbalance?session_id=0123456789abcdef0123456789abcdef", "ERR: 003, "),
        ("/http/ping?session_id=nonsense", "ERR: 003, "),
        ("/http/ping", "ERR: 005, "),
        ("/http/getbalance?" + LegacyWorld.Closed, "ERR: 004, "),
        ("/http/getbalance?" + LegacyWorld.Elsewhere, "ERR: 007, "),
        ("/http/token_pay?token=1&" + LegacyWorld.Usual, "ERR: 101, "),
        ("/http/unheard_of?" + LegacyWorld.Usual, "ERR: 101, "),
        ("/mms/unheard_of", "ERR: 101, "));

    /// <summary>Ways to spell the same request (§7, §10.8).</summary>
    public static TheoryData<string, string> Spellings => Spelt(
        "/http/getbalance?" + LegacyWorld.Usual,
        "/http/getbalance.php?" + LegacyWorld.Usual,
        "/HTTP/GetBalance?" + LegacyWorld.Usual,
        "/Http/GETBALANCE.PHP?" + LegacyWorld.Usual,
        "/http/getbalance/?" + LegacyWorld.Usual,
        "/http/getbalance?USER=usual&Password=secret-1&Api_ID=11",
        "/http/getbalance?user=other&&user=usual&password=secret-1&api_id=11&",
        "/http/getbalance?user=usual&password=secret%2D1&api_id=%311&odd&=odder&%zz=%");

    [Theory, MemberData(nameof(Refused))]
    public async Task Refuses_with_200_and_a_line(string engine, string address, string line)
    {
        // What went wrong before must not count here.
        Assert.StartsWith(
            "Credit: ", await world.Http(engine, "/http/getbalance?" + LegacyWorld.Usual), StringComparison.Ordinal);
        var answer = await world.Http(engine, address);
        Assert.StartsWith(line, answer, StringComparison.Ordinal);
        // One client splits at the last colon, others at the comma; one matches up to the end (§7).
        Assert.Matches("^ERR: [0-9]{3}, [^:,\n]+$", answer);
        if (!address.Contains('?', StringComparison.Ordinal)) return;
        Assert.Equal(answer, await world.Http(engine, address.Split('?')[0], address.Split('?')[1]));
    }

    [Theory, MemberData(nameof(Spellings))]
    public async Task Takes_paths_and_names_in_any_case_with_and_without_php(string engine, string address) =>
        Assert.Equal("Credit: 308.500", await world.Http(engine, address));

    [Theory, MemberData(nameof(Engines))]
    public async Task Takes_a_form_a_multipart_form_and_both_query_and_form(string engine)
    {
        Assert.Equal("Credit: 308.500", await world.Http(engine, "/http/getbalance", LegacyWorld.Usual));
        Assert.Equal("Credit: 308.500", await world.Http(
            engine, "/http/getbalance?api_id=99&user=usual", "password=secret-1&api_id=11"));
        using var form = new MultipartFormDataContent
        {
            { new StringContent("usual"), "user" }, { new StringContent("secret-1"), "password" },
            { new StringContent("11"), "api_id" },
        };
        using var response = await world[engine].Http.PostAsync("/http/getbalance", form);
        Assert.Equal("Credit: 308.500", await response.Content.ReadAsStringAsync());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ignores_a_JSON_body_beside_the_query(string engine)
    {
        foreach (var method in (string[])["GET", "POST"])
        {
            var head =
                $"{method} /http/getbalance?{LegacyWorld.Usual} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json";
            Assert.EndsWith("\r\n\r\nCredit: 308.500", await world.Bytes(engine, head, "{}"), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Answers_a_client_that_takes_it_for_its_proxy(string engine)
    {
        const string address = "http://api.clickatell.com/http/getbalance?" + LegacyWorld.Usual;
        var answer = await world.Bytes(engine, $"GET {address} HTTP/1.1\r\nHost: api.clickatell.com");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nCredit: 308.500", answer, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_password_may_stand_in_the_address_as_it_is(string engine)
    {
        foreach (var password in (string[])["a+b%c=", "a+b%25c=", "a%2Bb%25c%3D"])
        {
            var head = $"GET /http/getbalance?user=raw&password={password}&api_id=17 HTTP/1.1\r\nHost: x";
            Assert.EndsWith("\r\n\r\nCredit: 308.500", await world.Bytes(engine, head), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_what_is_too_much_in_its_own_form(string engine)
    {
        var many = string.Concat(Enumerable.Range(0, 1_100).Select(i => $"&p{i}=1"));
        await world.Refuses("101", engine, "/http/getbalance?" + LegacyWorld.Usual + many);
        var large = LegacyWorld.Usual + "&text=" + new string('x', 1 << 20);
        await world.Refuses("101", engine, "/http/sendmsg", large);
        var name = LegacyWorld.Usual + "&" + new string('n', 200) + "=1";
        await world.Refuses("101", engine, "/http/getbalance", name);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Beyond_its_rate_an_account_hears_until_when(string engine)
    {
        var answers = new List<string>();
        for (var i = 0; i < 5; i++) answers.Add(await world.Http(engine, "/http/getbalance?" + LegacyWorld.Slow));
        Assert.StartsWith("Credit: ", answers[0], StringComparison.Ordinal);
        Assert.Contains(answers, a => System.Text.RegularExpressions.Regex.IsMatch(
            a, "^ERR: 130, MT limit reached until [0-9]{10}$"));
    }

    [Fact]
    public async Task Says_901_while_the_database_is_away()
    {
        TestEngine.NeedsPostgres();
        await using var server = await RunningServer.Start("postgres");
        var password = Parley.Server.Provisioning.DemoKey.ReadOrMakePassword(server.Folder);
        var address = $"/http/auth?user=sandbox&password={password}&api_id=1";
        Assert.Matches("^OK: ", await server.Http.GetStringAsync(address));
        await server.Engine.GoAway();
        Assert.Matches("^ERR: 901, ", await server.Http.GetStringAsync(address));
        await server.Engine.ComeBack();
    }

    private static TheoryData<string, string, string> ForEngines(params (string Address, string Line)[] rows)
    {
        var all = new TheoryData<string, string, string>();
        foreach (var engine in TestEngine.All)
            foreach (var (address, line) in rows) all.Add(engine.Data, address, line);
        return all;
    }

    private static TheoryData<string, string> Spelt(params string[] addresses)
    {
        var all = new TheoryData<string, string>();
        foreach (var engine in TestEngine.All)
            foreach (var address in addresses) all.Add(engine.Data, address);
        return all;
    }
}
