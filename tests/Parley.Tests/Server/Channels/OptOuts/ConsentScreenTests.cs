using System.Buffers.Binary;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>Opt-outs, blocks and countries' rules, as each door tells of them.</summary>
public sealed class ConsentScreenTests(EveryDoorWorld world) : IClassFixture<EveryDoorWorld>
{
    private static readonly DoorCodes Accepted = default;

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stop_from_the_phone_is_told_by_every_door_until_a_start(string engine)
    {
        const string Phone = "27821000301";
        Assert.Equal(Accepted, await world.Codes(engine, EveryDoorWorld.Main, Phone, ConsentWorld.Number));
        world[engine].Says(Phone, "STOP");
        var optedOut = new DoorCodes(26, 122, 122, 122, 0x0401);
        await world.Answers(optedOut, engine, EveryDoorWorld.Main, Phone, ConsentWorld.Number);
        // The integration's own number is what is used when none is named.
        Assert.Equal(optedOut, await world.Codes(engine, EveryDoorWorld.Main, Phone));
        Assert.Equal(Accepted, await world.Codes(engine, EveryDoorWorld.Main, Phone, ConsentWorld.French));
        await OnEveryCommand(engine, Phone, "122", (CommandStatus)0x0401);
        world[engine].Says(Phone, "START");
        await world.Answers(Accepted, engine, EveryDoorWorld.Main, Phone, ConsentWorld.Number);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_operators_block_and_a_delisting_are_told_by_every_door(string engine)
    {
        foreach (var (kind, phone, codes) in ((string, string, DoorCodes)[])
            [
                ("blocked", "27821000302", new(25, 121, 121, 121, 0x0402)),
                ("delisted", "27821000303", new(26, 128, 128, 128, 0x0403)),
            ])
        {
            var (status, body) = await world[engine].Admin(
                HttpMethod.Post, "/blocks", $$"""{"recipient":"{{phone}}","kind":"{{kind}}"}""");
            Assert.True(status == 200, body);
            await world.Answers(codes, engine, EveryDoorWorld.Main, phone, ConsentWorld.Number);
            Assert.Equal(codes, await world.Codes(engine, EveryDoorWorld.OneWay, phone));
            await OnEveryCommand(engine, phone, $"{codes.LegacyHttp}", (CommandStatus)codes.Smpp);
            Assert.Equal(200, (await world[engine].Admin(HttpMethod.Delete, $"/blocks?recipient={phone}")).Status);
            await world.Answers(Accepted, engine, EveryDoorWorld.Main, phone, ConsentWorld.Number);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_country_asks_for_is_told_by_every_door(string engine)
    {
        (DoorClient Client, string To, string From, DoorCodes Codes)[] rules =
        [
            (EveryDoorWorld.OneWay, "12025550177", "", new(110, 106, 106, 106, 0x0A)),
            (EveryDoorWorld.NoStop, "12025550177", "", new(111, 106, 106, 106, 0x0A)),
            (EveryDoorWorld.Main, "12025550177", "Shop", new(23, 106, 106, 106, 0x0A)),
            (EveryDoorWorld.Main, "919812345678", "Boutique", new(23, 106, 106, 106, 0x0A)),
            (EveryDoorWorld.Main, "919812345678", "Shop", Accepted),
            (EveryDoorWorld.Main, "8801712345678", ConsentWorld.Number, new(101, 114, 114, 114, 0x0404)),
            (EveryDoorWorld.Demo, "27821000304", "", new(28, 105, 105, 105, 0x0B)),
            (EveryDoorWorld.Demo, "27999100304", "", Accepted),
        ];
        foreach (var (client, to, from, codes) in rules)
            Assert.Equal((to, from, codes), (to, from, await world.Codes(engine, client, to, from)));
    }

    /// <summary>Also in batches, in lists, in data_sm and in submit_multi, each in its place.</summary>
    private async Task OnEveryCommand(string engine, string phone, string number, CommandStatus status)
    {
        var client = EveryDoorWorld.Main;
        var lines = (await world.Http(engine, client, "/http/sendmsg", $"to=27821000399,{phone}&text=x")).Split('\n');
        Assert.Matches("^ID: [0-9a-f]{32} To: 27821000399$", lines[0]);
        Assert.Matches($"^ERR: {number}, [^:,]+ To: {phone}$", lines[1]);
        var batch = (await world.Http(engine, client, "/http_batch/startbatch", "template=Hi+%23field1%23"))[4..];
        foreach (var command in (string[])["senditem", "quicksend"])
            Assert.StartsWith(
                $"ERR: {number}, ",
                await world.Http(engine, client, $"/http_batch/{command}", $"batch_id={batch}&to={phone}"),
                StringComparison.Ordinal);
        Assert.StartsWith(
            $"ERR: {number}, ", await world.Http(engine, client, "/mms/si_push", $"to={phone}&si_text=x&si_url=y"),
            StringComparison.Ordinal);

        var esme = await world.Bound(engine, client);
        byte[] payload = [0x04, 0x24, 0, 2, (byte)'h', (byte)'i'];
        var data = await esme.Session.Request(
            CommandId.DataSm,
            new DataSm { Destination = new Address(1, 1, CString.Of(phone)), Tlvs = new Tlvs(payload) }, default);
        Assert.Equal(status, data.Status);
        byte[] To(string to) => [1, 1, 1, .. CString.Of(to), 0];
        var multi = await esme.Session.Request(
            CommandId.SubmitMulti,
            new SubmitMulti(new ShortMessage { Content = "to all"u8 }, 2, [.. To("27821000399"), .. To(phone)]),
            default);
        Assert.Equal(CommandStatus.Ok, multi.Status);
        SubmitMultiResp.TryRead(multi.Body, out var resp);
        Assert.Equal((1, (uint)status), (resp.Count, BinaryPrimitives.ReadUInt32BigEndian(resp.Refused[^4..])));
    }
}
