using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp;

public sealed class HostileInputTests
{
    private static readonly CommandId[] s_commands = Enum.GetValues<CommandId>();

    private static readonly Gen<byte[]> s_bodies = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.OneOfConst<byte>(0, 0, 0, 1, 2, 4, 0x24, 0x41, 0xFF).Array[0, 120]);

    [Fact]
    public void No_body_makes_a_reader_throw() => s_bodies.Sample(
        body =>
        {
            Read<Bind>(body);
            Read<BindResp>(body);
            Read<Outbind>(body);
            Read<ShortMessage>(body);
            Read<MessageResp>(body);
            Read<DataSm>(body);
            Read<SubmitMulti>(body);
            Read<SubmitMultiResp>(body);
            Read<QuerySm>(body);
            Read<QuerySmResp>(body);
            Read<CancelSm>(body);
            Read<ReplaceSm>(body);
            Read<AlertNotification>(body);
            SmppTime.Read(body, DateTimeOffset.UnixEpoch);
        },
        iter: 20_000);

    [Fact]
    public async Task Mutated_frames_end_in_an_answer_or_a_closed_session()
    {
        var random = new Random(20_261_124);
        for (var round = 0; round < 150; round++)
        {
            var wire = new SmppWire();
            await using var session =
                new SmppSession(wire.Near, isServer: round % 2 == 0, new(), new Listening(), new FakeTimeProvider());
            session.Start();
            await wire.Say(CommandId.BindTransceiver, 1, "6100 6200 00 34 00 00 00");
            for (var i = 0; i < 5; i++) await wire.SayRaw(Frame(random));
            // The end of the stream, in the middle of whatever the last length promised.
            await wire.Far.Output.CompleteAsync();
            await SmppWire.Within(session.Closed);
            Assert.Null(session.Failure);
        }
    }

    private static void Read<TPdu>(byte[] body)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        if (TPdu.TryRead(body, out var pdu) != CommandStatus.Ok) return;
        // What was read can be written, and is then read as the same.
        var written = Pdus.Golden.Written(pdu);
        Assert.Equal(CommandStatus.Ok, TPdu.TryRead(written, out var again));
        Assert.Equal(Convert.ToHexString(written), Convert.ToHexString(Pdus.Golden.Written(again)));
    }

    private static byte[] Frame(Random random)
    {
        var frame = new byte[PduHeader.Size + random.Next(120)];
        random.NextBytes(frame.AsSpan(PduHeader.Size));
        for (var i = PduHeader.Size; i < frame.Length; i++) if (random.Next(3) > 0) frame[i] = 0;
        var length = random.Next(10) == 0 ? random.Next() : frame.Length;
        new PduHeader(length, s_commands[random.Next(s_commands.Length)], (CommandStatus)random.Next(3),
            (uint)random.Next(4)).Write(frame);
        return frame;
    }
}
