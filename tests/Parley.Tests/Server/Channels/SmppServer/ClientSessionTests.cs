using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>What clients submit, and every status that a submit can be answered with.</summary>
public sealed class ClientSessionTests
{
    private const string Phone = "27999000720";

    public static TheoryData<string> Engines => TestEngine.All;

    [Fact]
    public async Task Each_wrong_submit_is_told_what_is_wrong_with_it()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await world.Bound();
        async Task Refused(CommandStatus status, Task<SmppReply> submit) => Assert.Equal(status, (await submit).Status);
        await Refused(CommandStatus.InvalidDestinationAddress, esme.Submit("12", "x"));
        await Refused(CommandStatus.InvalidDestinationAddress, esme.Submit("not-a-number", "x"));
        await Refused(CommandStatus.InvalidSourceAddress, esme.Submit(Phone, "x", from: "Stranger"));
        await Refused(CommandStatus.InvalidSourceAddress, esme.Submit(Phone, "x", from: "12025550161"));
        await Refused(CommandStatus.InvalidMessageLength, esme.Submit(Phone, ""));
        await Refused(CommandStatus.InvalidPriorityFlag, esme.Submit(Phone, "x", priority: 4));
        await Refused(CommandStatus.InvalidEsmClass, esme.Submit(Phone, "x", esmClass: 0x04));
        await Refused(CommandStatus.InvalidEsmClass, esme.Submit(Phone, "", esmClass: 0x40, content: [9, 0, 3, 1]));
        await Refused(CommandStatus.InvalidSchedule, esme.Submit(Phone, "x", schedule: "not a time 16ch."));
        await Refused(CommandStatus.InvalidSchedule, esme.Submit(Phone, "x", schedule: "000008000000000R"));
        await Refused(CommandStatus.InvalidExpiry, esme.Submit(Phone, "x", validity: "991301000000000+"));
        await Refused(CommandStatus.InvalidExpiry, esme.Submit(Phone, "x", validity: "200101000000000+"));
        await Refused(CommandStatus.InvalidReplaceIfPresent, esme.Submit(Phone, "x", replace: 2));
        await using var single = await Esme.Bound(world.Port, SmppWorld.Single);
        await Refused(CommandStatus.InvalidMessageLength, single.Submit(Phone, new string('a', 161)));
        await using var poor = await Esme.Bound(world.Port, SmppWorld.Poor);
        await Refused((CommandStatus)0x0400, poor.Submit(Phone, "x"));
        Assert.Empty(world.Server.Phones.On(Phone));
    }

    [Theory]
    [InlineData(MessageRefusals.OptedOut, 0x0401)]
    [InlineData(MessageRefusals.Blocked, 0x0402)]
    [InlineData(MessageRefusals.Delisted, 0x0403)]
    [InlineData(MessageRefusals.NoTwoWayThere, 0x0404)]
    [InlineData(MessageRefusals.NeedsTwoWay, 0x0A)]
    [InlineData(MessageRefusals.TryLater, 0x14)]
    public async Task What_a_screen_refuses_has_a_status_of_its_own(string code, uint status)
    {
        await using var world = await SmppWorld.Start("sqlite");
        world.Server.Services.GetRequiredService<Screening>().Add(new Against(code));
        await using var esme = await world.Bound();
        Assert.Equal((CommandStatus)status, (await esme.Submit(Phone, "x")).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Text_arrives_whatever_its_coding_and_binary_as_it_is(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        async Task Arrives(string expected, int coding, string number, byte codingSent, byte[] content)
        {
            var reply = await esme.Submit(number, "", coding: codingSent, content: content);
            Assert.Equal(CommandStatus.Ok, reply.Status);
            await esme.Receives(1);
            await Eventually.Holds(() => world.Server.Phones.On(number).Count == 1, $"the message to {number}");
            var arrived = world.Server.Phones.On(number)[0];
            Assert.Equal((expected, coding), (arrived.Text, arrived.DataCoding));
        }
        await Arrives("@£ è", 0x00, "27999000721", 0, [0x00, 0x01, 0x20, 0x04]);
        await Arrives("plain", 0x00, "27999000722", 1, "plain"u8.ToArray());
        await Arrives("é ü", 0x00, "27999000723", 3, [0xE9, 0x20, 0xFC]);
        await Arrives("Привет", 0x08, "27999000724", 8, Encoding.BigEndianUnicode.GetBytes("Привет"));
        await Arrives("0a0bff", 0x04, "27999000725", 4, [0x0A, 0x0B, 0xFF]);
        await Arrives("0a0c", 0x04, "27999000726", 2, [0x0A, 0x0C]);
        await Arrives("now", 0x10, "27999000727", 0x10, "now"u8.ToArray());
        await Arrives("now", 0x10, "27999000728", 0xF0, "now"u8.ToArray());
        await Arrives("ff", 0x04, "27999000729", 0xF5, [0xFF]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Parts_with_headers_or_SAR_parameters_arrive_joined_and_each_has_its_receipt(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        for (byte part = 1; part <= 2; part++)
        {
            byte[] header = [5, 0, 3, 77, 2, part];
            var text = Encoding.ASCII.GetBytes(new string((char)('a' + part), 153));
            Assert.Equal(
                CommandStatus.Ok,
                (await esme.Submit("27999000730", "", esmClass: 0x40, content: [.. header, .. text])).Status);
            var sar = new byte[32];
            var tlvs = new TlvWriter(sar);
            tlvs.Add(TlvTag.SarMessageReference, (ushort)4711);
            tlvs.Add(TlvTag.SarTotalSegments, (byte)2);
            tlvs.Add(TlvTag.SarSegmentSequence, part);
            var unicode = Encoding.BigEndianUnicode.GetBytes(new string((char)('б' + part), 60));
            Assert.Equal(
                CommandStatus.Ok,
                (await esme.Submit(
                    "27999000731", "", coding: 8, content: unicode, tlvs: tlvs.Written.Octets.ToArray())).Status);
        }
        await esme.Receives(4);
        Assert.Equal(4, esme.Deliveries.Select(d => d.Id).Distinct().Count());
        var first = Assert.Single(world.Server.Phones.On("27999000730"));
        Assert.Equal((new string('b', 153) + new string('c', 153), 2), (first.Text, first.Parts));
        var second = Assert.Single(world.Server.Phones.On("27999000731"));
        Assert.Equal((new string('в', 60) + new string('г', 60), 2), (second.Text, second.Parts));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_character_cut_between_two_parts_arrives_whole_also_after_it_has_waited(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        const string InAnHour = "000000010000000R";
        var text = Encoding.BigEndianUnicode.GetBytes("Hi \ud83d\ude00!");
        for (byte part = 1; part <= 2; part++)
        {
            byte[] content = [5, 0, 3, 78, 2, part, .. part == 1 ? text[..8] : text[8..]];
            var reply = await esme.Submit(
                "27999000736", "", esmClass: 0x40, coding: 8, content: content, schedule: InAnHour);
            Assert.Equal(CommandStatus.Ok, reply.Status);
        }
        byte[] zero = [(byte)'A', 0, (byte)'B'];
        var odd = await esme.Submit("27999000737", "", coding: 3, content: zero, schedule: InAnHour);
        Assert.Equal(CommandStatus.Ok, odd.Status);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await esme.Receives(3);
        Assert.Equal("Hi \ud83d\ude00!", Assert.Single(world.Server.Phones.On("27999000736")).Text);
        Assert.Equal("A\0B", Assert.Single(world.Server.Phones.On("27999000737")).Text);
    }

    [Fact]
    public async Task National_alphabets_are_read_by_the_header_that_names_them()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await world.Bound();
        // Turkish single shift: escape and 0x67 is ğ (3GPP TS 23.038 annex A.2.1).
        byte[] alone = [3, 0x24, 1, 1, (byte)'d', (byte)'a', 0x1B, 0x67];
        await esme.Submit("27999000732", "", esmClass: 0x40, content: alone);
        await esme.Receives(1);
        Assert.Equal("dağ", Assert.Single(world.Server.Phones.On("27999000732")).Text);
        // The same as the first of two parts: header and alphabet stay.
        byte[] part = [8, 0x24, 1, 1, 0, 3, 9, 2, 0, (byte)'d', 0x1B, 0x67];
        for (byte n = 1; n <= 2; n++)
        {
            part[8] = n;
            var reply = await esme.Submit("27999000733", "", esmClass: 0x40, content: part);
            Assert.Equal(CommandStatus.Ok, reply.Status);
        }
        await esme.Receives(3);
        var joined = Assert.Single(world.Server.Phones.On("27999000733"));
        Assert.Equal(("dğdğ", 0), (joined.Text, joined.DataCoding));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_long_text_in_message_payload_by_submit_sm_or_data_sm_arrives_whole(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var text = string.Concat(Enumerable.Range(0, 120).Select(i => $"{i} "));
        var octets = new byte[text.Length + 16];
        var writer = new TlvWriter(octets);
        writer.Add(TlvTag.MessagePayload, Encoding.ASCII.GetBytes(text));
        writer.Add(TlvTag.UserMessageReference, (ushort)517);
        var tlvs = writer.Written.Octets.ToArray();
        Assert.Equal(CommandStatus.Ok, (await esme.Submit("27999000734", "", tlvs: tlvs)).Status);
        var data = await esme.Session.Request(
            CommandId.DataSm,
            new DataSm
            {
                Source = new Address(0, 0, default),
                Destination = new Address(1, 1, "27999000735"u8),
                RegisteredDelivery = 1,
                Tlvs = new Tlvs(tlvs),
            },
            default);
        Assert.Equal(CommandStatus.Ok, data.Status);
        var receipts = await esme.Receives(2);
        Assert.All(receipts, r => Assert.Equal([2, 5], r.Tlv(TlvTag.UserMessageReference)!));
        Assert.All(receipts, r => Assert.Contains("sub:003 dlvrd:003", r.Text, StringComparison.Ordinal));
        foreach (var phone in (string[])["27999000734", "27999000735"])
        {
            var arrived = Assert.Single(world.Server.Phones.On(phone));
            Assert.Equal((text, 3), (arrived.Text, arrived.Parts));
        }
    }

    [Theory]
    [InlineData(0, "27999000740", new string[0])]
    [InlineData(1, "27999000741", new[] { "DELIVRD" })]
    [InlineData(1, "27999000001", new[] { "UNDELIV" })]
    [InlineData(2, "27999000742", new string[0])]
    [InlineData(2, "27999000002", new[] { "EXPIRED" })]
    [InlineData(2, "27999000003", new[] { "REJECTD" })]
    [InlineData(1, "27999000004", new[] { "UNDELIV" })]
    [InlineData(0x10, "27999000743", new[] { "ACCEPTD" })]
    [InlineData(0x11, "27999000744", new[] { "ACCEPTD", "DELIVRD" })]
    public async Task Registered_delivery_decides_what_is_told(byte registered, string phone, string[] told)
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await world.Bound();
        var id = await esme.Sent(phone, "tell me", registered);
        var last = await esme.Sent("27999000745", "the last one");
        await Eventually.Holds(() => esme.Deliveries.Any(d => d.Id == last), "the last receipt");
        await Eventually.Holds(
            async () => await world.Server.StatusOf(id) is not ("QUEUED" or "SENT_TO_SUPPLIER"), "it has ended");
        await Eventually.Holds(() => esme.Deliveries.Count(d => d.Id == id) >= told.Length, "all of its receipts");
        var receipts = esme.Deliveries.Where(d => d.Id == id).ToList();
        Assert.Equal(told, receipts.Select(r => r.Stat));
        foreach (var failed in receipts.Where(r => r.Stat is "UNDELIV" or "EXPIRED" or "REJECTD"))
        {
            byte code = phone[^1] switch { '1' => 1, '2' => 8, '3' => 6, _ => 2 };
            Assert.Equal([3, 0, code], failed.Tlv(TlvTag.NetworkErrorCode)!);
        }
        foreach (var interim in receipts.Where(r => r.Stat == "ACCEPTD"))
            Assert.Equal((0x20, 6), (interim.EsmClass, interim.Tlv(TlvTag.MessageState)![0]));
    }

    [Fact]
    public async Task More_than_the_window_or_the_rate_is_throttled()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await Esme.Bound(world.Port, SmppWorld.Narrow);
        var burst = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => esme.Submit("27999000746", $"burst {i}", 0)));
        Assert.Contains(burst, r => r.Status == CommandStatus.Throttled);
        Assert.Contains(burst, r => r.Status == CommandStatus.Ok);
        Assert.All(burst, r => Assert.True(r.Status is CommandStatus.Ok or CommandStatus.Throttled));
        // Within the window, and faster than the rate however slow the disk is.
        await Eventually.Holds(
            async () => (await Task.WhenAll(Enumerable.Range(0, 5).Select(i => esme.Submit("27999000747", $"{i}", 0))))
                .Any(r => r.Status == CommandStatus.Throttled),
            "the rate is kept");
        // Others don't notice.
        await using var other = await world.Bound();
        await other.Sent("27999000748", "free");
    }

    [Fact]
    public async Task A_repeat_is_refused_where_the_client_wants_that_and_only_within_its_time()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await Esme.Bound(world.Port, SmppWorld.Single);
        Assert.Equal(CommandStatus.Ok, (await esme.Submit("27999000749", "once")).Status);
        Assert.Equal((CommandStatus)0x0405, (await esme.Submit("27999000749", "once")).Status);
        Assert.Equal(CommandStatus.Ok, (await esme.Submit("27999000749", "twice")).Status);
        byte[] reference = [0x02, 0x04, 0, 2, 0, 7];
        Assert.Equal(CommandStatus.Ok, (await esme.Submit("27999000749", "once", tlvs: reference)).Status);
        // What was refused is no repeat when it comes again.
        for (var i = 0; i < 2; i++)
            Assert.Equal(CommandStatus.InvalidDestinationAddress, (await esme.Submit("12", "once")).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Submit_multi_sends_to_each_and_names_those_that_were_refused(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        byte[] To(string number) => [1, 1, 1, .. Encoding.ASCII.GetBytes(number), 0];
        async Task<SmppReply> Send(params byte[][] destinations) => await esme.Session.Request(
            CommandId.SubmitMulti,
            new SubmitMulti(
                new ShortMessage { Content = "to all"u8, RegisteredDelivery = 1 }, (byte)destinations.Length,
                destinations.SelectMany(d => d).ToArray()),
            default);
        var mixed = await Send(To("27999000750"), To("12"), To("27999000751"));
        Assert.Equal(CommandStatus.Ok, mixed.Status);
        SubmitMultiResp.TryRead(mixed.Body, out var resp);
        Assert.Equal(32, resp.MessageId.Length);
        Assert.Equal("0101313200" + "0000000b", Convert.ToHexStringLower(resp.Refused));
        await esme.Receives(2);
        Assert.Equal(["27999000750", "27999000751"], esme.Deliveries.Select(d => d.From).Order());
        Assert.Equal(CommandStatus.InvalidDestinationAddress, (await Send(To("1"), To("2"))).Status);
        Assert.Equal(
            CommandStatus.CannotSubmitToDistributionList, (await Send(To("27999000752"), [2, (byte)'l', 0])).Status);
    }

    [Fact]
    public async Task While_the_database_is_away_a_submit_is_refused_for_now_and_taken_afterwards()
    {
        TestEngine.NeedsPostgres();
        await using var world = await SmppWorld.Start("postgres");
        await using var esme = await world.Bound();
        await world.Server.Engine.GoAway();
        Assert.Equal(CommandStatus.SystemError, (await esme.Submit(Phone, "now")).Status);
        await world.Server.Engine.ComeBack();
        await Eventually.Holds(
            async () => (await esme.Submit(Phone, "later")).Status == CommandStatus.Ok, "the submit is taken");
    }

    [Fact]
    public async Task While_too_much_waits_for_the_database_a_submit_is_told_that_the_queue_is_full()
    {
        await using var world = await SmppWorld.Start("sqlite", "--Storage:MaxWaitingWrites", "100");
        var sessions = new List<Esme>();
        for (var i = 0; i < 8; i++) sessions.Add(await world.Bound(CommandId.BindTransmitter));
        using var go = new ManualResetEventSlim();
        var held = world.Server.Services.GetRequiredService<Parley.Platform.Storage.Database>()
            .Transact(_ => go.Wait(Deadline.Longest), default);
        var submits = new List<Task<SmppReply>>();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        // One at a time, so that each is a write of its own.
        for (var i = 0; i < 95; i++)
        {
            submits.AddRange(sessions.Select(s => s.Submit(Phone, $"full {i}", 0)));
            await tick.WaitForNextTickAsync();
        }
        await Eventually.Holds(
            () => submits.Any(s => s.IsCompletedSuccessfully && s.Result.Status == CommandStatus.MessageQueueFull),
            "a submit is told that the queue is full");
        go.Set();
        Assert.True(await held);
        Assert.All(
            await Task.WhenAll(submits),
            s => Assert.True(s.Status is CommandStatus.Ok or CommandStatus.MessageQueueFull, $"{s.Status}"));
        foreach (var session in sessions) await session.DisposeAsync();
    }

    private sealed class Against(string code) : Screen
    {
        public override Refusal? Check(Integration integration, string from, string to) => new(code, "not now");
    }
}
