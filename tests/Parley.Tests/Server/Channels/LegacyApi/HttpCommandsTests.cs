using System.Globalization;
using System.Text;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>Contract channels §7.2 to §7.5, row by row, through the door, to the carrier.</summary>
public sealed class HttpCommandsTests(LegacyWorld world) : IClassFixture<LegacyWorld>
{
    private static int _number;

    public static TheoryData<string> Engines => TestEngine.All;

    /// <summary>Parameters of sendmsg, and the error they get (§7.4).</summary>
    public static TheoryData<string, string, string> Errors => ForEngines(
        ("to=27999000123&text=x&callback=8", "101"), ("to=27999000123&text=x&deliv_ack=maybe", "101"),
        ("to=27999000123&text=x&queue=4", "101"), ("to=27999000123&text=x&validity=10081", "101"),
        ("to=27999000123&text=x&concat=36", "101"), ("to=27999000123&text=x&charset=EBCDIC", "101"),
        ("to=27999000123&text=x&msg_type=SMS_SMOKE", "101"), ("to=27999000123&text=x&max_credits=much", "101"),
        ("to=27999000123&text=x&req_feat=all", "101"), ("to=27999000123&text=x&escalate=2", "101"),
        ("to=27999000123&text=x&mo=no", "101"), ("to=27999000123&text=x&unicode=7", "101"),
        ("to=27999000123&text=xyz&binary=1", "101"), ("to=27999000123&data=0", "101"),
        ($"to=27999000123&text=x&climsgid={new string('i', 65)}", "101"),
        ("to=27999000123&text=x&climsgid=a%00", "101"),
        ($"to={string.Join(',', Enumerable.Repeat("27999000123", 301))}&text=x", "101"),
        ("to=27999000123&data=00&udh=xx", "102"), ("to=27999000123&data=00&udh=0500", "102"),
        ("to=27999000123&text=xyz&udh=xx", "102"), ("to=27999000123&text=xyz&udh=0500", "102"),
        ("text=x", "105"), ("to=&text=x", "105"), ("to=,,&text=x", "105"), ("to=27abc&text=x", "105"),
        ("to=123456&text=x", "105"),
        ("to=27999000123&text=x&from=12025550999", "106"),
        ("to=27999000123", "107"), ("to=27999000123&text=", "107"), ("to=27999000123&udh=&data=", "107"),
        ($"to=27999000123&text={new string('x', 460)}", "113"),
        ($"to=27999000123&text={new string('x', 161)}&concat=1", "113"),
        ($"to=27999000123&text={new string('x', 161)}&max_credits=2", "113"),
        ("to=447700900123&text=x", "114"), ("to=27999000123&text=x&req_feat=64", "114"),
        ("to=27999000123&text=x&max_credits=0.8", "114"),
        ("to=27999000123&text=004&unicode=1", "116"), ("to=27999000123&text=zzzz&unicode=1", "116"),
        ("to=27999000123&text=D83D&unicode=1", "116"), ("to=27999000123&text=0000&unicode=1", "116"),
        ("to=27999000123&text=x&deliv_time=10081", "120"), ("to=27999000123&text=x&deliv_time=-1", "120"),
        ("to=27999000123&text=x&scheduled_time=tomorrow", "120"),
        ("to=27999000123&text=x&scheduled_time=4000000000", "120"),
        ("to=27999000121&text=x", "121"), ("to=27999000122&text=x", "122"),
        ("to=27999000123&text=x&from=Stranger", "123"), ("to=27999000128&text=x", "128"));

    /// <summary>Callback masks (§7.3) and what is told.</summary>
    public static TheoryData<string, string, int> Masks => new(
        from engine in TestEngine.All
        from row in ((string, Told?)[])
        [
            ("", null), ("callback=", null), ("callback=0", Told.Nothing), ("callback=1", Told.Sent),
            ("callback=2", Told.Delivered | Told.Failed), ("callback=3", Told.All), ("callback=4", Told.Failed),
            ("callback=5", Told.Sent | Told.Failed), ("callback=6", Told.Delivered | Told.Failed),
            ("callback=7", Told.All),
            ("deliv_ack=1", Told.Delivered | Told.Failed), ("deliv_ack=0", null), ("callback=1&deliv_ack=1", Told.Sent),
        ]
        select new TheoryDataRow<string, string, int>(engine.Data, row.Item1, row.Item2 is { } told ? (int)told : -1));

    [Theory, MemberData(nameof(Errors))]
    public async Task Refuses_a_message_with_its_number(string engine, string parameters, string number)
    {
        var answer = await world.Http(engine, $"/http/sendmsg?{LegacyWorld.Usual}&{parameters}");
        Assert.Matches($"^ERR: {number}, [^:,\n]+$", answer);
    }

    [Theory, MemberData(nameof(Masks))]
    public async Task A_callback_mask_says_what_is_told(string engine, string parameters, int told)
    {
        var id = await world.SendOne(engine, $"to={Number()}&text=x&{parameters}");
        Assert.Equal(told, (int?)(await world.Stored(engine, id)).Told ?? -1);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Without_credit_it_is_301_and_a_suspended_sender_is_106(string engine)
    {
        await world.Refuses("301", engine, $"/http/sendmsg?{LegacyWorld.Poor}&to={Number()}&text=x");
        Assert.Equal("Credit: 0.000", await world.Http(engine, "/http/getbalance?" + LegacyWorld.Poor));
        var suspended = await world.Http(
            engine, $"/http/sendmsg?{LegacyWorld.TwoWay}&to={Number()}&text=x&from=12025550102");
        Assert.StartsWith("ERR: 106, ", suspended, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Several_numbers_are_answered_line_by_line_in_their_order(string engine)
    {
        var (one, two) = (Number(), Number());
        var answer = await world.Http(
            engine, "/http/sendmsg", $"{LegacyWorld.Usual}&text=x&to={one},12,%2B{two},,447700900123,");
        Assert.Matches(
            $"^ID: [0-9a-f]{{32}} To: {one}\nERR: 105, [^:,\n]+ To: 12\nID: [0-9a-f]{{32}} To: \\+{two}\n"
            + "ERR: 105, [^:,\n]+ To: \nERR: 114, [^:,\n]+ To: 447700900123$", answer);
        // What somebody puts into a number can't become a line or a field of its own.
        answer = await world.Http(engine, $"/http/sendmsg?{LegacyWorld.Usual}&text=x&to={one},1%0AID:%203");
        Assert.Matches("^ID: [0-9a-f]{32} To: [0-9]+\nERR: 105, [^:,\n]+ To: 1ID3$", answer);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Takes_300_numbers_by_GET_and_600_by_POST(string engine)
    {
        string List(int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => Number()));
        async Task<int> Accepted(string address, string? form = null) => (await world.Http(engine, address, form))
            .Split('\n').Distinct().Count(line => line.StartsWith("ID: ", StringComparison.Ordinal));
        Assert.Equal(300, await Accepted($"/http/sendmsg?{LegacyWorld.Usual}&text=x&to={List(300)}"));
        Assert.Equal(600, await Accepted("/http/sendmsg", $"{LegacyWorld.Usual}&text=x&to={List(600)}"));
        await world.Refuses("101", engine, "/http/sendmsg", $"{LegacyWorld.Usual}&text=x&to={List(601)}");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Texts_are_UTF8_or_Windows1252_and_GSM_without_unicode(string engine)
    {
        (string Given, string Sent)[] texts =
        [
            ("Caf%C3%A9+100%25", "Café 100%"), ("Caf%E9+%80%20%93x%94", "Café € ?x?"), ("50%zz%20off%", "50%zz off%"),
            ("%D0%9F%D1%80+%F0%9F%98%80!", "?? ?!"), ("a%0Ab%00c", "a\nb?c"), ("%7B%E2%82%AC%7D", "{€}"),
        ];
        foreach (var (given, sent) in texts)
        {
            var number = Number();
            var answer = await world.Bytes(
                engine, $"GET /http/sendmsg?{LegacyWorld.Usual}&to={number}&text={given} HTTP/1.1\r\nHost: x");
            Assert.Contains("\r\n\r\nID: ", answer, StringComparison.Ordinal);
            var part = Assert.Single(await world.Arrived(engine, number));
            Assert.Equal(0, part.DataCoding);
            Assert.Equal(sent, GsmAlphabet.Decode(part.Content));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_form_may_hold_octets_of_Windows1252_and_a_charset_may_be_named(string engine)
    {
        var (form, named) = (Number(), Number());
        await world.Http(engine, "/http/sendmsg", $"{LegacyWorld.Usual}&to={form}&text=Caf\u00e9");
        Assert.Equal("Café", GsmAlphabet.Decode((await world.Arrived(engine, form))[0].Content));
        await world.SendOne(engine, $"to={named}&charset=ISO-8859-1&text=%C3%A9");
        Assert.Equal("??", GsmAlphabet.Decode((await world.Arrived(engine, named))[0].Content));
        var id = await world.SendOne(engine, $"to={Number()}&charset=UTF-16BE&text=%00H%00i");
        Assert.Equal("Hi", (await world.Stored(engine, id)).Content.Text);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Unicode_is_hexadecimal_and_always_UCS2(string engine)
    {
        var number = Number();
        await world.SendOne(engine, $"to={number}&unicode=1&text=00480069D83DDE00");
        var part = Assert.Single(await world.Arrived(engine, number));
        Assert.Equal((8, "Hi😀"), (part.DataCoding, Encoding.BigEndianUnicode.GetString(part.Content)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Flash_binary_headers_and_types_reach_the_carrier(string engine)
    {
        (string Parameters, byte EsmClass, byte DataCoding, string Octets)[] forms =
        [
            ("text=Hi&msg_type=SMS_FLASH", 0, 0x10, "4869"), ("text=Hi&mclass=0", 0, 0x10, "4869"),
            ("text=00480069&unicode=1&msg_type=sms_flash", 0, 0x18, "00480069"),
            ("data=00ff", 0, 4, "00FF"), ("text=00ff&binary=1", 0, 4, "00FF"),
            ("udh=06050415810000&data=4a6b", 0x40, 4, "060504158100004A6B"),
            ("udh=06050415810000&text=4a6b", 0x40, 4, "060504158100004A6B"),
            ("msg_type=SMS_NOKIA_RINGTONE&data=4a6b", 0x40, 4, "060504158100004A6B"),
            // Parts of texts that the client cut itself, whatever they look like (Kannel).
            ("udh=050003070201&text=Hi", 0x40, 0, "0500030702014869"),
            ("udh=050003070202&text=4a6b", 0x40, 0, "05000307020234613662"),
            ("udh=050003070201&text=00480069&unicode=1", 0x40, 8, "05000307020100480069"),
            ("udh=06050415810000&text=Hi", 0x40, 0, "060504158100004869"),
        ];
        foreach (var (parameters, esmClass, dataCoding, octets) in forms)
        {
            var number = Number();
            await world.SendOne(engine, $"to={number}&{parameters}");
            var part = Assert.Single(await world.Arrived(engine, number));
            Assert.Equal(
                (esmClass, dataCoding, octets), (part.EsmClass, part.DataCoding, Convert.ToHexString(part.Content)));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Three_parts_go_unless_concat_says_otherwise(string engine)
    {
        var number = Number();
        await world.SendOne(engine, $"to={number}&text={new string('x', 459)}");
        Assert.Equal(3, (await world.Arrived(engine, number, 3)).Count);
        number = Number();
        await world.SendOne(engine, $"to={number}&concat=5&text={new string('x', 600)}");
        Assert.Equal(4, (await world.Arrived(engine, number, 4)).Count);
        await world.SendOne(engine, $"to={Number()}&max_credits=2.5&text={new string('x', 161)}");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Queue_validity_times_and_the_client_s_id_are_kept(string engine)
    {
        var clock = world[engine].Clock;
        var in10Minutes = clock.GetUtcNow().ToUnixTimeSeconds() + 600;
        var id = await world.SendOne(
            engine, $"to={Number()}&text=x&queue=1&validity=60&escalate=1&climsgid=5f0a-42&req_feat=16399"
                + $"&scheduled_time={in10Minutes}");
        var stored = await world.Stored(engine, id);
        Assert.Equal((1, "5f0a-42", Door.LegacyApi), (stored.Priority, stored.ClientMessageId, stored.Door));
        Assert.Equal(in10Minutes * Micros.PerSecond, stored.ScheduledAt);
        Assert.Equal((in10Minutes + 3600) * Micros.PerSecond, stored.DeadlineAt);
        id = await world.SendOne(
            engine, $"to={Number()}&text=x&deliv_time=5&validity=0&queue=0&concat=0&max_credits=0&req_feat=0");
        stored = await world.Stored(engine, id);
        Assert.Equal(3, stored.Priority);
        Assert.InRange(stored.ScheduledAt!.Value - stored.AcceptedAt, 299 * Micros.PerSecond, 300 * Micros.PerSecond);
        Assert.Equal(1_440 * Micros.PerMinute, stored.DeadlineAt - stored.ScheduledAt);
        // The past is now.
        Assert.Null((await world.Stored(
            engine, await world.SendOne(engine, $"to={Number()}&text=x&scheduled_time=1000000000"))).ScheduledAt);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_message_that_wants_a_reply_goes_from_a_number(string engine)
    {
        foreach (var (mo, from) in ((string, string)[])[("0", "Parley"), ("1", "12025550101"),
            ("1&from=Parley", "Parley"), ("&from=", "Parley")])
        {
            var id = await world.SendOne(engine, $"to={Number()}&text=x&mo={mo}", LegacyWorld.TwoWay);
            Assert.Equal(from, (await world.Stored(engine, id, LegacyWorld.TwoWayId)).From);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Tells_status_and_charge_by_either_id(string engine)
    {
        var (number, own) = (Number(), "own" + Number());
        var id = await world.SendOne(engine, $"to={number}&climsgid={own}&text={new string('x', 161)}");
        await Eventually.Holds(
            async () => await world.Http(engine, $"/http/querymsg?{LegacyWorld.Usual}&apimsgid={id}")
                == $"ID: {id} Status: 003",
            "003 at the gateway");
        Assert.Equal(
            $"ID: {id} Status: 003", await world.Http(engine, $"/http/querymsg?{LegacyWorld.Usual}&climsgid={own}"));
        Assert.Equal($"apiMsgId: {id} charge: 2.5 status: 003",
            await world.Http(
                engine, $"/http/getmsgcharge?{LegacyWorld.Usual}&apimsgid={id.ToUpper(CultureInfo.InvariantCulture)}"));
        // What is gone can't be stopped, and its status says so.
        Assert.Equal(
            $"ID: {id} Status: 003", await world.Http(engine, $"/http/delmsg?{LegacyWorld.Usual}&apimsgid={id}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Stops_what_no_carrier_has_and_then_it_costs_nothing(string engine)
    {
        var own = "later" + Number();
        var id = await world.SendOne(engine, $"to={Number()}&climsgid={own}&text=x&deliv_time=60");
        Assert.Equal(
            $"ID: {id} Status: 011", await world.Http(engine, $"/http/querymsg?{LegacyWorld.Usual}&apimsgid={id}"));
        Assert.Equal(
            $"ID: {id} Status: 006", await world.Http(engine, $"/http/delmsg?{LegacyWorld.Usual}&climsgid={own}"));
        Assert.Equal($"apiMsgId: {id} charge: 0 status: 006", await world.Http(
            engine, $"/http/getmsgcharge?{LegacyWorld.Usual}&apimsgid={id}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Messages_of_others_and_unknown_ones_are_103_104_and_109(string engine)
    {
        var id = await world.SendOne(engine, $"to={Number()}&text=x&climsgid=mine");
        foreach (var command in (string[])["querymsg", "delmsg", "getmsgcharge"])
        {
            await world.Refuses("103", engine, $"/http/{command}?{LegacyWorld.TwoWay}&apimsgid={id}");
            await world.Refuses("103", engine, $"/http/{command}?{LegacyWorld.Usual}&apimsgid=no%00id");
            await world.Refuses("104", engine, $"/http/{command}?{LegacyWorld.TwoWay}&climsgid=mine");
            await world.Refuses("104", engine, $"/http/{command}?{LegacyWorld.Usual}&climsgid=no%00id");
            await world.Refuses("109", engine, $"/http/{command}?{LegacyWorld.Usual}");
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Coverage_is_what_the_routes_say(string engine)
    {
        foreach (var path in (string[])["/utils/routeCoverage", "/utils/routecoverage.php"])
            Assert.Matches(@"^OK: [^:,]+\. Charge: 1\.25$", await world.Http(
                engine, $"{path}?{LegacyWorld.Usual}&msisdn=%2B27999000123"));
        foreach (var number in (string[])["447700900123", "12", ""])
            Assert.Matches("^ERR: [A-Za-z ]+$", await world.Http(
                engine, $"/utils/routeCoverage?{LegacyWorld.Usual}&msisdn={number}"));
        await world.Refuses("001", engine, "/utils/routeCoverage?msisdn=27999000123");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_push_is_delivered_as_a_text(string engine)
    {
        foreach (var push in (string[])
            ["si_push?si_text=News&si_url=http://x.example/&si_id=7",
                "ind_push?mms_subject=News&mms_url=http://x.example/"])
        {
            var number = Number();
            Assert.Matches(
                "^ID: [0-9a-f]{32}$", await world.Http(engine, $"/mms/{push}&to={number}&{LegacyWorld.Usual}"));
            Assert.Equal("News http://x.example/", (await world.Arrived(engine, number))[0].Text);
        }
        await world.Refuses("107", engine, $"/mms/si_push?to={Number()}&{LegacyWorld.Usual}");
    }

    internal static string Number() =>
        string.Create(CultureInfo.InvariantCulture, $"27830{Interlocked.Increment(ref _number):000000}7");

    private static TheoryData<string, string, string> ForEngines(params (string Parameters, string Number)[] rows)
    {
        var all = new TheoryData<string, string, string>();
        foreach (var engine in TestEngine.All)
            foreach (var (parameters, number) in rows) all.Add(engine.Data, parameters, number);
        return all;
    }
}
