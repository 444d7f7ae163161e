using System.Collections.Concurrent;

namespace Parley.Server.Channels.SmppServer;

/// <summary>The clients that were bound on this node since its start; no more than there are integrations.</summary>
internal sealed class Clients(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Client> _clients = new();

    public IEnumerable<Client> All => _clients.Values;

    public IEnumerable<ClientSession> Sessions => _clients.Values.SelectMany(c => c.Sessions);

    public Client Of(string integrationId) =>
        _clients.GetOrAdd(integrationId, static (id, t) => new Client(id, t), time);

    public Client? Find(string integrationId) => _clients.GetValueOrDefault(integrationId);
}
