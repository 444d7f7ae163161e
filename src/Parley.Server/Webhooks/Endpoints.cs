using System.Collections.Concurrent;
using Parley.Platform.Jobs;

namespace Parley.Server.Webhooks;

/// <summary>All endpoints this node has met, and what follows in memory from pausing one.</summary>
internal sealed class Endpoints(WebhooksOptions options, Budget budget, JobQueue jobs)
{
    private readonly ConcurrentDictionary<(string IntegrationId, CallbackKind Kind), Endpoint> _all = new();

    public ICollection<Endpoint> All => _all.Values;

    public int Paused => _all.Count(e => e.Value.Paused);

    public Endpoint Of(string integrationId, CallbackKind kind) =>
        _all.TryGetValue((integrationId, kind), out var known)
            ? known
            : _all.GetOrAdd((integrationId, kind), key => new Endpoint(key.IntegrationId, key.Kind, options, budget));

    /// <summary>By its id; null when the id has not the form of one.</summary>
    public Endpoint? ById(string id) =>
        id.EndsWith(":status", StringComparison.Ordinal) ? Of(id[..^":status".Length], CallbackKind.Status)
        : id.EndsWith(":inbound", StringComparison.Ordinal) ? Of(id[..^":inbound".Length], CallbackKind.Inbound)
        : null;

    /// <summary>Its jobs stay in the database while it is paused.</summary>
    public void Settle(Endpoint endpoint)
    {
        if (endpoint.Paused) jobs.Hold(endpoint.Id);
        else jobs.Resume(endpoint.Id);
    }
}
