using Microsoft.Extensions.Time.Testing;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp;

public sealed class SmppSessionTests
{
    private const string BindBody = "6100 6200 00 34 00 00 00";
    private const string HiBody = "00 00 00 00 01 01 3100 00 00 00 00 00 00 00 00 00 02 6869";

    private readonly SmppWire _wire = new();
    private readonly Listening _handler = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_full_window_says_no_and_answers_out_of_order_find_their_requests()
    {
        await using var session = await BoundClient(new() { Window = 3 });
        Assert.True(Submit(session, "a") && Submit(session, "b") && Submit(session, "c"));
        Assert.False(Submit(session, "d"));
        uint[] sequences =
        [
            (await _wire.Hear()).Header.Sequence, (await _wire.Hear()).Header.Sequence,
            (await _wire.Hear()).Header.Sequence,
        ];
        await _wire.Say(CommandId.SubmitSmResp, sequences[2], "3300");
        await _wire.Say(CommandId.SubmitSmResp, sequences[0], "", CommandStatus.Throttled);
        await _wire.Say(CommandId.SubmitSmResp, sequences[0], "3100");
        await _wire.Say(CommandId.EnquireLinkResp, sequences[1]);
        await _wire.Say(CommandId.SubmitSmResp, sequences[1], "3200");
        await _handler.Hear(3);
        Assert.Equal(
            [
                ("c", SmppOutcome.Answered, CommandStatus.Ok, "3"),
                ("a", SmppOutcome.Answered, CommandStatus.Throttled, ""),
                ("b", SmppOutcome.Answered, CommandStatus.Ok, "2"),
            ],
            _handler.Answers);
        Assert.Equal(2, session.StrayAnswers);
        Assert.True(Submit(session, "e"));
    }

    [Fact]
    public async Task A_request_without_answer_times_out_once_and_its_late_answer_is_ignored()
    {
        await using var session = await BoundClient(new() { EnquireLinkAfter = TimeSpan.Zero });
        Assert.True(Submit(session, null));
        var sequence = (await _wire.Hear()).Header.Sequence;
        _time.Advance(TimeSpan.FromSeconds(31));
        await _handler.Hear(1);
        await _wire.Say(CommandId.SubmitSmResp, sequence, "3100");
        await _wire.Say(CommandId.EnquireLink, 9);
        await _wire.Hear();
        Assert.Equal((null, SmppOutcome.TimedOut, CommandStatus.Ok, ""), Assert.Single(_handler.Answers));
        Assert.Equal(1, session.StrayAnswers);
        Assert.False(session.Closed.IsCompleted);
    }

    [Fact]
    public async Task Silence_is_asked_about_and_then_ended()
    {
        await using var session = await BoundClient(new());
        Assert.True(Submit(session, "lost"));
        await _wire.Hear();
        _time.Advance(TimeSpan.FromSeconds(30));
        await _handler.Hear(1);
        Assert.Equal(CommandId.EnquireLink, (await _wire.Hear()).Header.Command);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(SmppClosed.TimedOut, await SmppWire.Within(_handler.Ended.Task));
        Assert.Single(_handler.Answers);
    }

    [Fact]
    public async Task A_connection_that_never_binds_is_closed()
    {
        await using var session = Server(new());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(SmppClosed.TimedOut, await SmppWire.Within(_handler.Ended.Task));
    }

    [Fact]
    public async Task A_silent_client_is_dropped_after_five_minutes()
    {
        await using var session = Server(new() { EnquireLinkAfter = TimeSpan.Zero });
        await _wire.Say(CommandId.BindTransceiver, 1, BindBody);
        await _wire.Hear();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(SmppClosed.TimedOut, await SmppWire.Within(_handler.Ended.Task));
    }

    [Fact]
    public async Task Octets_that_never_become_a_message_are_silence()
    {
        await using var session = Server(new() { EnquireLinkAfter = TimeSpan.Zero });
        await _wire.Say(CommandId.BindTransceiver, 1, BindBody);
        await _wire.Hear();
        _time.Advance(TimeSpan.FromMinutes(3));
        // A whole message counts, the beginning of the next one does not.
        await _wire.Say(CommandId.EnquireLink, 2, "");
        await _wire.Hear();
        _time.Advance(TimeSpan.FromMinutes(3));
        await _wire.SayRaw(Convert.FromHexString("0000002000000004"));
        await _wire.SayRaw(Convert.FromHexString("000000000000"));
        Assert.False(_handler.Ended.Task.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(SmppClosed.TimedOut, await SmppWire.Within(_handler.Ended.Task));
    }

    [Fact]
    public async Task States_are_kept_and_errors_are_answered_in_the_protocols_words()
    {
        await using var session = Server(new());
        async Task Answers(CommandId request, string body, CommandId answer, CommandStatus status)
        {
            await _wire.Say(request, 5, body);
            var (header, _) = await _wire.Hear();
            Assert.Equal((answer, status, 5u), (header.Command, header.Status, header.Sequence));
        }

        await Answers(CommandId.SubmitSm, HiBody, CommandId.SubmitSmResp, CommandStatus.IncorrectBindStatus);
        await Answers(CommandId.BindReceiver, "6100", CommandId.BindReceiverResp, CommandStatus.InvalidCommandLength);
        await Answers(CommandId.BindReceiver, "6100 77726F6E6700 00 34 00 00 00", CommandId.BindReceiverResp,
            CommandStatus.InvalidPassword);
        await Answers(CommandId.BindReceiver, BindBody, CommandId.BindReceiverResp, CommandStatus.Ok);
        await Answers(CommandId.BindReceiver, BindBody, CommandId.BindReceiverResp, CommandStatus.AlreadyBound);
        await Answers(CommandId.SubmitSm, HiBody, CommandId.SubmitSmResp, CommandStatus.IncorrectBindStatus);
        await Answers((CommandId)0x111, "", CommandId.GenericNack, CommandStatus.InvalidCommandId);
        await Answers(CommandId.EnquireLink, "", CommandId.EnquireLinkResp, CommandStatus.Ok);
        await Answers(CommandId.Unbind, "", CommandId.UnbindResp, CommandStatus.Ok);
        Assert.Equal(SmppClosed.Unbound, await SmppWire.Within(_handler.Ended.Task));
    }

    [Theory]
    [InlineData("0000000F 00000015 00000000 00000003")]
    [InlineData("00010001 00000015 00000000 00000003")]
    [InlineData("FFFFFFFF 00000015 00000000 00000003")]
    public async Task A_length_out_of_bounds_is_refused_and_ends_the_session(string hex)
    {
        await using var session = Server(new());
        await _wire.SayRaw(Pdus.Golden.Bytes(hex));
        var (header, _) = await _wire.Hear();
        Assert.Equal((CommandId.GenericNack, CommandStatus.InvalidCommandLength, 3u),
            (header.Command, header.Status, header.Sequence));
        Assert.Equal(SmppClosed.ProtocolError, await SmppWire.Within(_handler.Ended.Task));
    }

    [Theory]
    [InlineData("33", "534D534300")]
    [InlineData("34", "534D5343000210000134")]
    [InlineData("50", "534D5343000210000134")]
    public async Task Old_and_new_peers_bind(string version, string expected)
    {
        await using var session = Server(new());
        await _wire.Say(CommandId.BindTransceiver, 1, BindBody.Replace("34", version, StringComparison.Ordinal));
        Assert.Equal(expected, (await _wire.Hear()).Body);
    }

    [Fact]
    public async Task A_handler_that_throws_ends_its_session_only()
    {
        await using var session = Server(new());
        await _wire.Say(CommandId.BindTransceiver, 1, BindBody);
        await _wire.Hear();
        await _wire.Say(CommandId.SubmitSm, 2, HiBody.Replace("02 6869", "05 7468726F77", StringComparison.Ordinal));
        Assert.Equal(SmppClosed.HandlerFailed, await SmppWire.Within(_handler.Ended.Task));
        Assert.IsType<FormatException>(session.Failure);
    }

    [Fact]
    public async Task A_peer_that_reads_nothing_fills_a_bounded_amount_and_can_be_closed()
    {
        await using var session = await BoundClient(new() { Window = 4_000, MaxUnsent = 8 * 1024 });
        var content = new byte[250];
        var sent = 0;
        while (sent < 4_000 && session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = content }, "x")) sent++;
        Assert.InRange(sent, 20, 1_000);
        session.Close(SmppClosed.ByUs);
        await SmppWire.Within(session.Closed);
        Assert.Equal(sent, _handler.Answers.Count(a => a.Outcome == SmppOutcome.Closed));
    }

    [Fact]
    public async Task A_message_that_cannot_be_written_leaves_no_slot_behind()
    {
        await using var session = await BoundClient(new() { Window = 1 });
        Assert.Throws<OverflowException>(
            () => session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = new byte[300] }, "x"));
        Assert.Equal(0, session.Outstanding);
        Assert.True(Submit(session, "y"));
        Assert.Equal(CommandId.SubmitSm, (await _wire.Hear()).Header.Command);
    }

    [Fact]
    public async Task An_older_version_is_bound_without_optional_parameters()
    {
        await using var session = new SmppSession(_wire.Near, isServer: false, new(), _handler, _time);
        session.Start();
        var bound = session.Bind(
            CommandId.BindTransmitter, new("a", "b", "") { InterfaceVersion = 0x33 }, CancellationToken.None);
        await _wire.Say(CommandId.BindTransmitterResp, (await _wire.Hear()).Header.Sequence, "534D534300");
        Assert.True((await SmppWire.Within(bound)).Ok);
        Assert.Equal(SmppBinding.Transmitter, session.Binding);
        session.TrySend(CommandId.DataSm, new DataSm { Tlvs = new([0x04, 0x24, 0, 1, 0x41]) }, "x");
        Assert.Equal("00000000000000000000", (await _wire.Hear()).Body);
    }

    [Fact]
    public async Task Unbind_gives_up_on_an_answer_that_never_comes()
    {
        await using var session =
            await BoundClient(new() { ResponseTimeout = TimeSpan.FromHours(1), EnquireLinkAfter = TimeSpan.Zero });
        Assert.True(Submit(session, "never answered"));
        await _wire.Hear();
        var unbound = session.Unbind(TimeSpan.FromSeconds(5), CancellationToken.None);
        Assert.False(Submit(session, "after unbind"));
        _time.Advance(TimeSpan.FromSeconds(6));
        await SmppWire.Within(unbound);
        Assert.Equal(("never answered", SmppOutcome.Closed, CommandStatus.Ok, ""), Assert.Single(_handler.Answers));
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_message_ends_what_was_outstanding()
    {
        await using var session = await BoundClient(new());
        Assert.True(Submit(session, "in flight"));
        await _wire.SayRaw(Pdus.Golden.Bytes("00000040 00000005 00000000 00000001 00 01"));
        await _wire.Far.Output.CompleteAsync();
        Assert.Equal(SmppClosed.ConnectionLost, await SmppWire.Within(_handler.Ended.Task));
        Assert.Equal(("in flight", SmppOutcome.Closed, CommandStatus.Ok, ""), Assert.Single(_handler.Answers));
    }

    private SmppSession Server(SmppSessionOptions options)
    {
        var session = new SmppSession(_wire.Near, isServer: true, options, _handler, _time);
        session.Start();
        return session;
    }

    private async Task<SmppSession> BoundClient(SmppSessionOptions options)
    {
        var session = new SmppSession(_wire.Near, isServer: false, options, _handler, _time);
        Assert.False(Submit(session, "before the bind"));
        session.Start();
        var bound = session.Bind(CommandId.BindTransceiver, new("a", "b", ""), CancellationToken.None);
        await _wire.Say(CommandId.BindTransceiverResp, (await _wire.Hear()).Header.Sequence, "534D534300");
        Assert.True((await SmppWire.Within(bound)).Ok);
        return session;
    }

    private static bool Submit(SmppSession session, object? state) =>
        session.TrySend(
            CommandId.SubmitSm, new ShortMessage { Destination = new(1, 1, "27821234567"u8), Content = "hi"u8 }, state);
}
