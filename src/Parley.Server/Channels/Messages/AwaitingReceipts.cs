namespace Parley.Server.Channels.Messages;

/// <summary>
/// The messages that wait for receipts, in the order in which they began to. The line runs through the messages themselves, so that
/// one that leaves leaves nothing behind. For one thread at a time.
/// </summary>
internal sealed class AwaitingReceipts
{
    private Tracked? _oldest;
    private Tracked? _newest;

    public int Count { get; private set; }

    public Tracked? Oldest => _oldest;

    /// <summary>Puts a message at the end, unless it stands in the line.</summary>
    public void Add(Tracked message)
    {
        if (message.Waits) return;
        message.Waits = true;
        message.WaitsBehind = _newest;
        if (_newest is null) _oldest = message;
        else _newest.WaitsBefore = message;
        _newest = message;
        Count++;
    }

    /// <summary>Takes a message out, wherever it stands.</summary>
    public void Remove(Tracked message)
    {
        if (!message.Waits) return;
        var (before, after) = (message.WaitsBehind, message.WaitsBefore);
        if (before is null) _oldest = after;
        else before.WaitsBefore = after;
        if (after is null) _newest = before;
        else after.WaitsBehind = before;
        (message.WaitsBehind, message.WaitsBefore, message.Waits) = (null, null, false);
        Count--;
    }
}
