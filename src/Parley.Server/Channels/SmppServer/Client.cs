using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>An integration as an SMPP client: its sessions on this node, and what they share.</summary>
internal sealed class Client(string integrationId, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<ClientSession> _sessions = [];

    public string IntegrationId => integrationId;

    public Outbox Outbox { get; } = new(time);

    public Bucket Rate { get; } = new(time);

    public Duplicates Duplicates { get; } = new(time);

    public IReadOnlyList<ClientSession> Sessions
    {
        get
        {
            lock (_lock) return [.. _sessions];
        }
    }

    /// <summary>False when as many of the kind are bound as may be.</summary>
    public bool TryJoin(ClientSession session, SmppBinding kind, int most)
    {
        lock (_lock)
        {
            if (_sessions.Count(s => s.Kind == kind) >= most) return false;
            session.Kind = kind;
            _sessions.Add(session);
            return true;
        }
    }

    public void Leave(ClientSession session)
    {
        lock (_lock) _sessions.Remove(session);
    }
}
