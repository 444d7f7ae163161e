namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// What waits in memory for one client, and the sessions that take it: receivers and transceivers, in turns, each at most
/// its window. From any thread; nothing blocks.
/// </summary>
internal sealed class Outbox(TimeProvider time)
{
    private const int Most = 500;

    private readonly Lock _lock = new();
    private readonly Queue<Delivery> _waiting = new();
    private readonly List<ClientSession> _receivers = [];
    private int _next;

    /// <summary>How many more may be brought; 0 while nobody is bound who takes them.</summary>
    public int Room
    {
        get
        {
            lock (_lock) return _receivers.Count == 0 ? 0 : Math.Max(0, Most - _waiting.Count);
        }
    }

    /// <summary>False when nobody is bound who takes it, or too much waits.</summary>
    public bool TryAdd(Delivery delivery)
    {
        lock (_lock)
        {
            if (_receivers.Count == 0 || _waiting.Count >= Most) return false;
            delivery.WaitingSince = time.GetTimestamp();
            _waiting.Enqueue(delivery);
            SendWaiting();
            return true;
        }
    }

    /// <summary>A session is bound and takes deliveries.</summary>
    public void Open(ClientSession session)
    {
        lock (_lock)
        {
            if (session.Over) return;
            _receivers.Add(session);
            SendWaiting();
        }
    }

    /// <summary>A session has ended; answers what nobody is left for.</summary>
    public IReadOnlyList<Delivery> Close(ClientSession session)
    {
        lock (_lock)
        {
            if (!_receivers.Remove(session) || _receivers.Count > 0) return [];
            return TakeAll();
        }
    }

    /// <summary>There may be room again.</summary>
    public void Send()
    {
        lock (_lock) SendWaiting();
    }

    /// <summary>All of it, when the windows have been full for long: it waits in the database then.</summary>
    public IReadOnlyList<Delivery> TakeStale(TimeSpan longest)
    {
        lock (_lock)
        {
            SendWaiting();
            var stale = _waiting.TryPeek(out var first) && time.GetElapsedTime(first.WaitingSince) > longest;
            return stale ? TakeAll() : [];
        }
    }

    private List<Delivery> TakeAll()
    {
        List<Delivery> all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    private void SendWaiting()
    {
        while (_waiting.TryPeek(out var delivery))
        {
            var sent = false;
            for (var tries = 0; tries < _receivers.Count && !sent; tries++)
            {
                _next = (_next + 1) % _receivers.Count;
                sent = _receivers[_next].TryDeliver(delivery);
            }
            if (!sent) return;
            _waiting.Dequeue();
        }
    }
}
