using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>One change of a message that its owner wants to hear of.</summary>
public sealed class StatusChange
{
    public required string MessageId { get; init; }

    public required string IntegrationId { get; init; }

    public required string ClientMessageId { get; init; }

    public required string To { get; init; }

    public required string From { get; init; }

    public required MessageStatus Status { get; init; }

    /// <summary>When the change happened, microseconds UTC.</summary>
    public required long At { get; init; }

    /// <summary>1 for the first change told of a message, ascending.</summary>
    public required int Sequence { get; init; }

    /// <summary>True when an earlier change of this message was taken over and may not be told yet: this one must wait behind it.</summary>
    public required bool Behind { get; init; }

    /// <summary>The message as it was accepted.</summary>
    public required Message Message { get; init; }

    /// <summary>Parts as sent, or as planned while none was.</summary>
    public required int Parts { get; init; }

    /// <summary>Why it failed, in the carrier's words; null when it did not.</summary>
    public string? Error { get; init; }

    internal object Token { get; init; } = null!;
}

/// <summary>
/// Tells of status changes after their commit. What is owed stands in the message's own state row, so the common path needs no row of its own and a
/// crash forgets nothing: after a restart the change is handed out again. Changes of one message are handed out one at a time, in order: the next one comes
/// after the previous one was settled.
/// </summary>
public sealed class StatusFeed
{
    private readonly Action<StatusChange>?[] _takers = new Action<StatusChange>?[Enum.GetValues<Door>().Max(d => (int)d) + 1];
    private Action<StatusChange, Action<Tx>?, Action?>? _settle;

    /// <summary>
    /// The one subscriber of a door's messages; a later one takes the earlier one's place. It is called on the committing
    /// thread and must not block.
    /// </summary>
    public void Subscribe(Door door, Action<StatusChange> take) => _takers[(int)door] = take;

    /// <summary>
    /// The change is told, or (with <paramref name="beside"/>) taken over: <paramref name="beside"/> writes the subscriber's own durable rows in the very
    /// transaction that strikes the change from the message's row.
    /// </summary>
    /// <param name="change">What was handed out.</param>
    /// <param name="beside">Null when it was told; else writes what the subscriber owes from now on.</param>
    /// <param name="committed">Runs after the commit, on the committing thread.</param>
    public void Settle(StatusChange change, Action<Tx>? beside, Action? committed) => _settle!(change, beside, committed);

    internal void Connect(Action<StatusChange, Action<Tx>?, Action?> settle) => _settle = settle;

    internal void Hand(StatusChange change) => _takers[(int)change.Message.Door]?.Invoke(change);
}
