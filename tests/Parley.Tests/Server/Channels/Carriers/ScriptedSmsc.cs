using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Smsc = Parley.Smpp.SmppServer;

namespace Parley.Tests.Server.Channels.Carriers;

/// <summary>A submit_sm as it came.</summary>
internal sealed record Submitted(
    string From, byte SourceTon, byte SourceNpi, string To, byte DestinationTon, byte DestinationNpi,
    byte EsmClass, byte DataCoding, string Validity, byte[] Content, byte[] Tlvs, SmppSession Session, PduHeader Header)
{
    public string Text => Encoding.Latin1.GetString(Content);
}

/// <summary>An SMSC on a real socket that does what the test says.</summary>
internal sealed class ScriptedSmsc : SmppHandler, IAsyncDisposable
{
    private readonly Smsc _server;
    private readonly ConcurrentQueue<Submitted> _submitted = new();
    private int _lastId;
    private int _received;

    public ScriptedSmsc(int port = 0, SslServerAuthenticationOptions? tls = null) => _server = new Smsc(
        new SmppServerOptions { EndPoint = new(IPAddress.Loopback, port), Tls = tls }, _ => this, TimeProvider.System);

    public int Port => _server.EndPoint.Port;

    /// <summary>What a bind gets.</summary>
    public CommandStatus Bind { get; set; } = CommandStatus.Ok;

    /// <summary>What a submit gets; null is silence.</summary>
    public Func<Submitted, CommandStatus?> Answer { get; set; } = static _ => CommandStatus.Ok;

    /// <summary>Makes the message id of the answer.</summary>
    public Func<int, string> Id { get; set; } = static number => $"id-{number}";

    /// <summary>Counts what comes without keeping it.</summary>
    public bool Forgetful { get; set; }

    public int Received => _received;

    public ConcurrentQueue<CommandId> Binds { get; } = new();

    public ConcurrentQueue<(bool Ok, CommandStatus Status)> Answers { get; } = new();

    public IReadOnlyList<Submitted> All => [.. _submitted];

    public IEnumerable<SmppSession> Sessions => _server.Sessions;

    public override void OnBind(SmppSession session, in PduHeader header, Bind bind)
    {
        Binds.Enqueue(header.Command);
        session.AnswerBind(header, bind.InterfaceVersion, Bind, "scripted"u8);
    }

    public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
    {
        var submitted = new Submitted(
            CString.Text(message.Source.Digits), message.Source.Ton, message.Source.Npi,
            CString.Text(message.Destination.Digits), message.Destination.Ton, message.Destination.Npi,
            message.EsmClass, message.DataCoding, CString.Text(message.Validity), message.UserData.ToArray(),
            message.Tlvs.Octets.ToArray(), session, header);
        Interlocked.Increment(ref _received);
        if (!Forgetful) _submitted.Enqueue(submitted);
        if (Answer(submitted) is { } status) Reply(submitted, status);
    }

    public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer) =>
        Answers.Enqueue((answer.Outcome == SmppOutcome.Answered, answer.Status));

    public void Reply(Submitted submitted, CommandStatus status) => submitted.Session.Answer(
        submitted.Header, status,
        status == CommandStatus.Ok ? Encoding.ASCII.GetBytes(Id(Interlocked.Increment(ref _lastId))) : default);

    /// <summary>Sends a deliver_sm on the first session.</summary>
    public void Deliver(string from, string to, byte esmClass, byte dataCoding, byte[] content, byte[]? tlvs = null) =>
        Assert.True(_server.Sessions.First().TrySend(CommandId.DeliverSm, new ShortMessage
        {
            Source = new Address(1, 1, CString.Of(from)),
            Destination = new Address(1, 1, CString.Of(to)),
            EsmClass = esmClass,
            DataCoding = dataCoding,
            Content = content,
            Tlvs = new Tlvs(tlvs ?? []),
        }, null));

    public void Cut()
    {
        foreach (var session in _server.Sessions) session.Close(SmppClosed.ByUs);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
