namespace Parley.Server.Channels.Carriers;

/// <summary>What a carrier is asked to send: text, or user data with an optional header.</summary>
/// <param name="Text">The text; null for binary.</param>
/// <param name="Data">User data of a binary message, without header.</param>
/// <param name="UserDataHeader">UDH octets including the length octet, also before a text; null for none.</param>
/// <param name="Encoding">Forced encoding of the text: <c>gsm7</c>, <c>ucs2</c>, <c>latin1</c>, <c>ascii</c>; null chooses.</param>
/// <param name="Flash">Class 0.</param>
public sealed record SmsContent(string? Text, byte[]? Data, byte[]? UserDataHeader, string? Encoding, bool Flash);

/// <summary>Why a carrier gives a submission back with no part of it answered.</summary>
public enum Returned
{
    /// <summary>No bind is up, or the bind broke before the answer: another route may take it.</summary>
    Down,

    /// <summary>The carrier says it can't take it now (system error, queue full for long): another route may.</summary>
    Unavailable,

    /// <summary>The carrier's memory queue is full: wait in the database.</summary>
    Full,

    /// <summary>The server stops.</summary>
    Stopping,
}

/// <summary>
/// One message on its way to a carrier. The carrier calls back from its read loop, so nothing here may block. For each part in
/// <see cref="PartsToSend"/> it reports either an answer or, once no part is unanswered any more, gives the whole back.
/// </summary>
public abstract class Submission
{
    public abstract string MessageId { get; }

    /// <summary>Empty when the carrier's default is to be used.</summary>
    public abstract string From { get; }

    /// <summary>Digits.</summary>
    public abstract string To { get; }

    public abstract SmsContent Content { get; }

    /// <summary>1 goes before 2 goes before 3, in a carrier's queue.</summary>
    public virtual int Priority => 3;

    /// <summary>Microseconds UTC until which the message is worth delivering.</summary>
    public abstract long DeadlineAt { get; }

    /// <summary>Bit n set: part n (from 0) is still to be sent. All ones before the first attempt.</summary>
    public abstract ulong PartsToSend { get; }

    /// <summary>
    /// What the headers of parts that a carrier took call the message (0 to 65535), so that the phone can put the missing ones to them;
    /// null when none was taken.
    /// </summary>
    public abstract int? Reference { get; }

    /// <summary>The carrier splits the message into this many parts (1 to 64), said before the first is sent.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="reference">What their headers call the message; null for one part.</param>
    public abstract void Planned(int parts, int? reference);

    /// <summary>The carrier answered a part with its message id, in the canonical form in which receipts name it too.</summary>
    public abstract void PartAccepted(int part, string carrierMessageId);

    /// <summary>The carrier refused a part for good.</summary>
    /// <param name="part">The part, from 0.</param>
    /// <param name="commandStatus">SMPP command_status (3.4 §5.1.3).</param>
    /// <param name="status">The contract's status code (channels §2.6) that says it best.</param>
    /// <param name="noneOut">
    /// Answers, from whenever <see cref="PartsToSend"/> asks for nothing more, whether every part that was sent has been answered.
    /// </param>
    public abstract void PartRefused(int part, uint commandStatus, int status, Func<bool> noneOut);

    /// <summary>The carrier gives it back; parts that were answered stay answered.</summary>
    /// <param name="why">The reason.</param>
    /// <param name="mayRepeat">True when a part was sent and its answer never came: sending again may repeat it.</param>
    public abstract void GivenBack(Returned why, bool mayRepeat);
}
