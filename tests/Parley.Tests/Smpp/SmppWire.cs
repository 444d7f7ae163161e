using System.Collections.Concurrent;
using System.IO.Pipelines;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp;

/// <summary>Two ends of a connection in memory; <see cref="Far"/> speaks raw bytes.</summary>
internal sealed class SmppWire
{
    private readonly Pipe _toNear = new();
    private readonly Pipe _toFar = new();

    public IDuplexPipe Near => new End(_toNear.Reader, _toFar.Writer);

    public IDuplexPipe Far => new End(_toFar.Reader, _toNear.Writer);

    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Deadline.Longest);

    public static async Task Within(Task task) => await task.WaitAsync(Deadline.Longest);

    public async Task Say(CommandId command, uint sequence, string body = "", CommandStatus status = CommandStatus.Ok)
    {
        var octets = Pdus.Golden.Bytes(body);
        var frame = new byte[PduHeader.Size + octets.Length];
        new PduHeader(frame.Length, command, status, sequence).Write(frame);
        octets.CopyTo(frame, PduHeader.Size);
        await SayRaw(frame);
    }

    public async Task SayRaw(byte[] octets) => await Within(_toNear.Writer.WriteAsync(octets).AsTask());

    public async Task<(PduHeader Header, string Body)> Hear()
    {
        while (true)
        {
            var read = await Within(_toFar.Reader.ReadAsync().AsTask());
            var all = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
            if (all.Length >= PduHeader.Size && PduHeader.Read(all).Length <= all.Length)
            {
                var header = PduHeader.Read(all);
                _toFar.Reader.AdvanceTo(read.Buffer.GetPosition(header.Length));
                return (header, Convert.ToHexString(all[PduHeader.Size..header.Length]));
            }
            Assert.False(read.IsCompleted, "the session closed the connection");
            _toFar.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>A handler that lets everybody in and keeps what it hears.</summary>
internal sealed class Listening : SmppHandler
{
    public ConcurrentQueue<(object? State, SmppOutcome Outcome, CommandStatus Status, string Id)> Answers { get; } =
        new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public SemaphoreSlim Heard { get; } = new(0);

    public TaskCompletionSource<SmppClosed> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool AnswersMessages { get; init; } = true;

    public override void OnBind(SmppSession session, in PduHeader header, Bind bind) =>
        session.AnswerBind(header, bind.InterfaceVersion, bind.Password.SequenceEqual("wrong"u8)
            ? CommandStatus.InvalidPassword : CommandStatus.Ok, "SMSC"u8);

    public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
    {
        if (message.UserData.SequenceEqual("throw"u8)) throw new FormatException("as the test asked");
        Messages.Enqueue(CString.Text(message.UserData));
        if (AnswersMessages) session.Answer(header, CommandStatus.Ok, "7"u8);
        Heard.Release();
    }

    public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
    {
        Answers.Enqueue((state, answer.Outcome, answer.Status, CString.Text(answer.MessageId)));
        Heard.Release();
    }

    public override void OnClosed(SmppSession session, SmppClosed reason) => Ended.TrySetResult(reason);

    public async Task Hear(int count)
    {
        for (var i = 0; i < count; i++) Assert.True(
            await Heard.WaitAsync(Deadline.Longest), $"heard {i} of {count}");
    }
}
