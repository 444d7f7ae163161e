using System.Collections.Concurrent;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The messages that this node holds in memory, by their ids and by those that carriers gave their parts. It is a cache of the
/// rows: what is missing is read.
/// <para>
/// What only waits for its receipt, behind a thousand others, is packed: ten objects become some hundred bytes of a large block.
/// Receipts take seconds, and a collection of the heap, which stops everything, takes as long as there are objects that live on.
/// </para>
/// </summary>
internal sealed class MessageMemory(Func<Message, MessageState, Tracked> make)
{
    /// <summary>So many wait as objects: with a carrier that reports at once nothing is ever packed.</summary>
    private const int MostUnpacked = 1_000;

    private readonly ConcurrentDictionary<string, Tracked> _byId = new();
    private readonly ConcurrentDictionary<(string Carrier, string Id), (Tracked Message, int Part)> _byPart = new();

    // Guards the line, what is packed, and who holds whom.
    private readonly Lock _gate = new();
    private readonly AwaitingReceipts _line = new();
    private readonly PackedMessages _packed = new();

    /// <summary>Messages in memory that are not packed.</summary>
    public int Count => _byId.Count;

    /// <summary>Messages in memory that are packed.</summary>
    public int Packed => _packed.Count;

    /// <summary>Takes in a message that was just accepted; answers the one to go on with: somebody may have read its row already.</summary>
    public Tracked Add(Tracked message)
    {
        lock (_gate) return Current(message.Message.Id) ?? (_byId[message.Message.Id] = message);
    }

    public Tracked? Find(string id)
    {
        if (_byId.TryGetValue(id, out var message)) return message;
        if (_packed.Count == 0) return null;
        lock (_gate) return Current(id);
    }

    /// <summary>The message and the number of the part that a carrier gave this id.</summary>
    public (Tracked Message, int Part)? Find(string carrierId, string carrierMessageId)
    {
        if (_byPart.TryGetValue((carrierId, carrierMessageId), out var found)) return found;
        if (_packed.Count == 0) return null;
        lock (_gate)
        {
            if (!_byPart.TryGetValue((carrierId, carrierMessageId), out found))
            {
                if (Unpacked(_packed.Take(carrierId, carrierMessageId)) is null) return null;
                found = _byPart[(carrierId, carrierMessageId)];
            }
            return found;
        }
    }

    /// <summary>A carrier took a part and gave it an id: its receipts find it from now on.</summary>
    public void Index(Tracked message, int part, string carrierId, string carrierMessageId)
    {
        lock (_gate)
        {
            message = Standing(message);
            message.PartIds = message.PartIds.With(part, carrierMessageId);
            _byPart[(carrierId, carrierMessageId)] = (message, part);
        }
    }

    /// <summary>The message waits for its receipt. The one that has waited longest may be packed.</summary>
    public void Await(Tracked message)
    {
        lock (_gate)
        {
            _line.Add(message);
            if (_line.Count <= MostUnpacked) return;
            var oldest = _line.Oldest!;
            _line.Remove(oldest);
            // What a step or the subscriber holds comes back into the line after it.
            if (oldest is { Holds: 0, Handed: null, State: { Owed: Owed.Nothing, Status: MessageStatus.SentToSupplier } }
                && oldest.TakenBy == oldest.State.CarrierId)
            {
                Remove(oldest);
                _packed.Add(oldest);
            }
        }
    }

    /// <summary>Nothing is owed of it here; what another step holds is left to that.</summary>
    public void Forget(Tracked message)
    {
        lock (_gate)
        {
            if (message.Holds > 1) return;
            _line.Remove(message);
            Remove(message);
        }
    }

    /// <summary>
    /// The message for a step to work on, which stays before <see cref="Release"/>: the same, or the one that took its place in
    /// memory while the step was made.
    /// </summary>
    public Tracked Hold(Tracked message)
    {
        lock (_gate)
        {
            message = Standing(message);
            message.Holds++;
            return message;
        }
    }

    public void Release(Tracked message)
    {
        lock (_gate) message.Holds--;
    }

    private Tracked? Current(string id) =>
        _byId.TryGetValue(id, out var message) ? message : Unpacked(_packed.Take(id));

    /// <summary>The one in memory. What is in memory no more is as it was left, so it is taken back.</summary>
    private Tracked Standing(Tracked message)
    {
        if (!message.IsOutside) return message;
        if (Current(message.Message.Id) is { } current) return current;
        Insert(message);
        return message;
    }

    private Tracked? Unpacked(PackedMessage? packed)
    {
        if (packed is null) return null;
        var message = make(packed.Message, packed.State);
        message.PartIds = packed.PartIds;
        Insert(message);
        return message;
    }

    private void Insert(Tracked message)
    {
        message.IsOutside = false;
        _byId[message.Message.Id] = message;
        foreach (var (part, id) in message.PartIds) _byPart[(message.TakenBy!, id)] = (message, part);
        // Should nothing come of it, it is packed again in its time.
        _line.Add(message);
    }

    private void Remove(Tracked message)
    {
        message.IsOutside = true;
        _byId.TryRemove(KeyValuePair.Create(message.Message.Id, message));
        // All parts are with one carrier: the first that took one has the rest, too.
        foreach (var (part, id) in message.PartIds)
            _byPart.TryRemove(KeyValuePair.Create((message.TakenBy!, id), (message, part)));
    }
}
