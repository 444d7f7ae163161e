using System.Text;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>Batches of legacy HTTP (contract channels §7.2).</summary>
public sealed class BatchCommandsTests(LegacyWorld world) : IClassFixture<LegacyWorld>
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_template_goes_out_with_each_number_s_fields(string engine)
    {
        var batch = await Start(
            engine, "template=Dear+%23field1%23,+%23Field2%23+%80+%23field9%23.&callback=3&queue=2");
        foreach (var (fields, text) in ((string, string)[])
            [("field1=Thandi&field2=12%2E50", "Dear Thandi, 12.50 € ."), ("FIELD1=Zo%EB", "Dear Zo?,  € .")])
        {
            var number = HttpCommandsTests.Number();
            var answer = await world.Http(
                engine, $"/http_batch/senditem?{LegacyWorld.Usual}&batch_id={batch}&to={number}&{fields}");
            Assert.Matches("^ID: [0-9a-f]{32}$", answer);
            Assert.Equal(text, GsmAlphabet.Decode((await world.Arrived(engine, number))[0].Content));
            var stored = await world.Stored(engine, answer[4..]);
            Assert.Equal((2, Parley.Server.Channels.Messages.Told.All), (stored.Priority, stored.Told));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_list_gets_the_template_as_it_is_and_the_batch_outlives_a_restart(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var password = Parley.Server.Provisioning.DemoKey.ReadOrMakePassword(server.Folder);
        var account = $"user=sandbox&password={password}&api_id=1";
        var batch = (await server.Http.GetStringAsync($"/http_batch/startbatch?{account}&template=Sale+today"))[4..];
        await server.Restart();
        var answer = await server.Http.GetStringAsync(
            $"/http_batch/quicksend?{account}&batch_id={batch}&to=27999000123,27999000124");
        Assert.Matches("^ID: [0-9a-f]{32} To: 27999000123\nID: [0-9a-f]{32} To: 27999000124$", answer);
        await Eventually.Holds(
            () => server.Phones.On("27999000124").Any(m => m.Text == "Sale today"), "the text on the phone");
        Assert.Equal("OK:", await server.Http.GetStringAsync($"/http_batch/endbatch.php?{account}&batch_id={batch}"));
        var ended = await server.Http.GetStringAsync($"/http_batch/endbatch?{account}&batch_id={batch}");
        Assert.StartsWith("ERR: 201, ", ended, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Unicode_holds_for_template_and_fields(string engine)
    {
        var template = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes("Привет, #field1#"));
        var batch = await Start(engine, $"unicode=1&template={template}");
        var number = HttpCommandsTests.Number();
        var field = Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes("мир"));
        await world.Http(
            engine, $"/http_batch/senditem?{LegacyWorld.Usual}&batch_id={batch}&to={number}&field1={field}");
        var part = (await world.Arrived(engine, number))[0];
        Assert.Equal((8, "Привет, мир"), (part.DataCoding, Encoding.BigEndianUnicode.GetString(part.Content)));
        var wrong = await world.Http(
            engine, $"/http_batch/senditem?{LegacyWorld.Usual}&batch_id={batch}&to={number}&field1=x");
        Assert.StartsWith("ERR: 116, ", wrong, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_unknown_batches_missing_templates_and_what_sendmsg_refuses(string engine)
    {
        var batch = await Start(engine, "template=x");
        (string Address, string Number)[] refused =
        [
            ("startbatch?" + LegacyWorld.Usual, "202"), ("startbatch?template=&" + LegacyWorld.Usual, "202"),
            ("startbatch?template=x&callback=9&" + LegacyWorld.Usual, "101"),
            ("startbatch?template=zz&unicode=1&" + LegacyWorld.Usual, "116"),
            ("startbatch?template=x", "001"),
            ($"senditem?to=27830000017&{LegacyWorld.Usual}", "201"),
            ($"senditem?to=27830000017&batch_id=0123456789abcdef0123456789abcdef&{LegacyWorld.Usual}", "201"),
            ($"quicksend?to=27830000017&batch_id=no%00&{LegacyWorld.Usual}", "201"),
            // Another's batch is none.
            ($"senditem?to=27830000017&batch_id={batch}&{LegacyWorld.TwoWay}", "201"),
            ($"endbatch?batch_id={batch}&{LegacyWorld.TwoWay}", "201"),
            ($"senditem?batch_id={batch}&{LegacyWorld.Usual}", "105"),
            ($"senditem?to=12&batch_id={batch}&{LegacyWorld.Usual}", "105"),
        ];
        foreach (var (address, number) in refused)
            await world.Refuses(number, engine, "/http_batch/" + address);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_template_can_not_be_blown_up(string engine)
    {
        var batch = await Start(engine, "template=" + string.Concat(Enumerable.Repeat("%23field1%23", 1_000)));
        var form = $"{LegacyWorld.Usual}&batch_id={batch}&to={HttpCommandsTests.Number()}&field1=";
        await world.Refuses("101", engine, "/http_batch/senditem", form + new string('x', 1_001));
        await world.Refuses("113", engine, "/http_batch/senditem", form + new string('x', 1_000));
        await world.Refuses(
            "101", engine, "/http_batch/startbatch", $"{LegacyWorld.Usual}&template={new string('x', 10_001)}");
    }

    private async Task<string> Start(string engine, string parameters)
    {
        var answer = await world.Http(engine, $"/http_batch/startbatch?{LegacyWorld.Usual}", parameters);
        Assert.Matches("^ID: [0-9a-f]{32}$", answer);
        return answer[4..];
    }
}
