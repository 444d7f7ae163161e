namespace Parley.Server.Channels.Messages;

/// <summary>Stops a message that no carrier has yet.</summary>
public sealed class CancelMessage
{
    private readonly MessageTracker _tracker;

    internal CancelMessage(MessageTracker tracker) => _tracker = tracker;

    /// <summary>
    /// The status after the attempt: <paramref name="status"/> exactly when the message was stopped; null when there is no such message.
    /// </summary>
    /// <param name="messageId">The message.</param>
    /// <param name="status">STOPPED_BY_USER or STOPPED_BY_ADMIN.</param>
    /// <param name="by">Who, for the timeline.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<MessageStatus?> Run(string messageId, MessageStatus status, string by, CancellationToken cancel)
    {
        if (await _tracker.Load(messageId, cancel) is not { } message) return null;
        var step = new CancelStep(message, status, by);
        _tracker.Add(step);
        return await step.Result.WaitAsync(cancel);
    }
}
