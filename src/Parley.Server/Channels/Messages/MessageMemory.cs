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

    public void Add(Tracked message) => _byId[message.Message.Id] = message;

    /// <summary>The message of that id as memory has it; else the one given, which memory has from now on.</summary>
    public Tracked GetOrAdd(string id, Func<Tracked> otherwise) =>
        Find(id) ?? _byId.GetOrAdd(id, static (_, made) => made(), otherwise);

    public Tracked? Find(string id)
    {
        if (_byId.TryGetValue(id, out var message)) return message;
        if (_packed.Count == 0) return null;
        lock (_gate) return _byId.TryGetValue(id, out message) ? message : Unpacked(_packed.Take(id));
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
        lock (_gate) message.PartIds = message.PartIds.With(part, carrierMessageId);
        _byPart[(carrierId, carrierMessageId)] = (message, part);
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
            if (oldest is { Holds: 0, Handed: null, State: { Owed: Owed.Nothing, Status: MessageStatus.SentToSupplier } })
                Pack(oldest);
        }
    }

    public void Forget(Tracked message)
    {
        lock (_gate)
        {
            _line.Remove(message);
            Remove(message);
        }
    }

    /// <summary>
    /// The message for a step to work on, which is not packed before <see cref="Release"/>: the same, or the one that took its
    /// place in memory while the step was made.
    /// </summary>
    public Tracked Hold(Tracked message)
    {
        lock (_gate)
        {
            if (message.IsPacked)
            {
                var id = message.Message.Id;
                if (!_byId.TryGetValue(id, out var current)) current = Unpacked(_packed.Take(id));
                // Dropped meanwhile for want of room; nobody else has it, so it is as committed.
                if (current is null) Insert(message);
                else message = current;
            }
            message.Holds++;
            return message;
        }
    }

    public void Release(Tracked message)
    {
        lock (_gate) message.Holds--;
    }

    private void Pack(Tracked message)
    {
        Remove(message);
        message.IsPacked = true;
        _packed.Add(message);
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
        message.IsPacked = false;
        _byId[message.Message.Id] = message;
        foreach (var (part, id) in message.PartIds) _byPart[(message.TakenBy!, id)] = (message, part);
        // Should nothing come of it, it is packed again in its time.
        _line.Add(message);
    }

    private void Remove(Tracked message)
    {
        _byId.TryRemove(KeyValuePair.Create(message.Message.Id, message));
        // All parts are with one carrier: the first that took one has the rest, too.
        foreach (var (_, id) in message.PartIds) _byPart.TryRemove((message.TakenBy!, id), out _);
    }
}
