using System.Net;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp;

/// <summary>Alone in the process: what others allocate would be counted too.</summary>
[CollectionDefinition("allocations", DisableParallelization = true)]
public sealed class Allocations;

[Collection("allocations")]
public sealed class SmppAllocationTests
{
    [Fact]
    public async Task A_hundred_thousand_messages_allocate_next_to_nothing()
    {
        await using var server =
            new SmppServer(new() { EndPoint = new(IPAddress.Loopback, 0) }, _ => new Answering(), TimeProvider.System);
        var counting = new Counting();
        var connected = await SmppClient.Connect(
            SmppServerTests.Options(server, "b", null), counting, TimeProvider.System, CancellationToken.None);
        await using var session = connected.Session!;
        await counting.Exchange(session, 20_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await counting.Exchange(session, 100_000);
        var perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / 100_000.0;
        // Both ends are in this process; what remains is a flush and a read for each batch, never something for each message.
        Assert.True(perMessage < 30, $"{perMessage:0} octets a message");
    }

    /// <summary>Keeps the window full until a number of messages has been answered.</summary>
    private sealed class Counting : SmppHandler
    {
        private int _toSend;
        private int _toHear;
        private TaskCompletionSource _done = new();

        public async Task Exchange(SmppSession session, int messages)
        {
            _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_toSend, _toHear) = (messages - 1, messages);
            Assert.True(session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, this));
            await _done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
        {
            if (--_toHear == 0) _done.TrySetResult();
            while (_toSend > 0 && session.TrySend(CommandId.SubmitSm, new ShortMessage { Content = "up"u8 }, this))
                _toSend--;
        }
    }

    private sealed class Answering : SmppHandler
    {
        public override void OnBind(SmppSession session, in PduHeader header, Bind bind) =>
            session.AnswerBind(header, bind.InterfaceVersion, CommandStatus.Ok, "SMSC"u8);

        public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message) =>
            session.Answer(header, CommandStatus.Ok, "7"u8);
    }
}
