using Parley.Smpp.Pdus;

namespace Parley.Smpp;

/// <summary>How a request of ours ended.</summary>
public enum SmppOutcome
{
    /// <summary>The peer answered; its status says what.</summary>
    Answered,

    /// <summary>No answer came in time; whether the request took effect is unknown.</summary>
    TimedOut,

    /// <summary>The session ended before the answer; whether the request took effect is unknown.</summary>
    Closed,
}

/// <summary>The end of a request of ours.</summary>
/// <param name="outcome">How it ended.</param>
/// <param name="status">command_status of the answer.</param>
/// <param name="body">Body of the answer.</param>
public readonly ref struct SmppAnswer(SmppOutcome outcome, CommandStatus status, ReadOnlySpan<byte> body)
{
    /// <summary>How it ended.</summary>
    public SmppOutcome Outcome { get; } = outcome;

    /// <summary>command_status of the answer.</summary>
    public CommandStatus Status { get; } = status;

    /// <summary>Body of the answer.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>message_id, where the answer carries one.</summary>
    /// <remarks>Read even where what follows it is malformed: the id of a message that was taken must not be lost.</remarks>
    public ReadOnlySpan<byte> MessageId => MessageResp.IdOf(Body);
}

/// <summary>Why a session ended.</summary>
public enum SmppClosed
{
    /// <summary>We asked, or the peer did, with unbind.</summary>
    Unbound,

    /// <summary>The connection broke or the peer closed it.</summary>
    ConnectionLost,

    /// <summary>The peer broke the protocol in a way that leaves no next PDU to read.</summary>
    ProtocolError,

    /// <summary>The peer was silent, or did not answer enquire_link, or did not bind in time.</summary>
    TimedOut,

    /// <summary>We closed it.</summary>
    ByUs,

    /// <summary>The handler threw; <see cref="SmppSession.Failure"/> says what.</summary>
    HandlerFailed,
}

/// <summary>
/// What happens on a session. Called from the session's read loop in the order of the wire (answers that time out: from its timer), so nothing here may block;
/// views are valid during the call only. Every request must be answered exactly once, now or later, from any thread, through the session.
/// </summary>
public abstract class SmppHandler
{
    /// <summary>A bind asks to be let in; answer with <see cref="SmppSession.AnswerBind"/>.</summary>
    public virtual void OnBind(SmppSession session, in PduHeader header, Bind bind) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>submit_sm or deliver_sm; <see cref="PduHeader.Command"/> says which.</summary>
    public virtual void OnMessage(SmppSession session, in PduHeader header, ShortMessage message) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>data_sm.</summary>
    public virtual void OnData(SmppSession session, in PduHeader header, DataSm data) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>submit_multi.</summary>
    public virtual void OnSubmitMulti(SmppSession session, in PduHeader header, SubmitMulti multi) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>query_sm.</summary>
    public virtual void OnQuery(SmppSession session, in PduHeader header, QuerySm query) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>cancel_sm.</summary>
    public virtual void OnCancel(SmppSession session, in PduHeader header, CancelSm cancel) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>replace_sm.</summary>
    public virtual void OnReplace(SmppSession session, in PduHeader header, ReplaceSm replace) =>
        session.Answer(header, CommandStatus.InvalidCommandId);

    /// <summary>alert_notification; it has no answer.</summary>
    public virtual void OnAlert(SmppSession session, AlertNotification alert)
    {
    }

    /// <summary>outbind: the SMSC asks us to bind; it has no answer.</summary>
    public virtual void OnOutbind(SmppSession session, Outbind outbind)
    {
    }

    /// <summary>A request sent with <see cref="SmppSession.TrySend{TPdu}"/> has ended; <paramref name="state"/> is what was given with it.</summary>
    public virtual void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
    {
    }

    /// <summary>All requests that were read together have been handed out: a moment to pass on what was collected.</summary>
    public virtual void OnBatchRead(SmppSession session)
    {
    }

    /// <summary>The session has ended; every request sent has ended before.</summary>
    public virtual void OnClosed(SmppSession session, SmppClosed reason)
    {
    }
}
