using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Platform.Jobs;

namespace Parley.Server.Webhooks;

/// <summary>All endpoints this node has met, and what follows in memory from pausing one.</summary>
internal sealed partial class Endpoints(WebhooksOptions options, Budget budget, JobQueue jobs, ILogger<Endpoints> log)
{
    private readonly ConcurrentDictionary<(string IntegrationId, CallbackKind Kind), Endpoint> _all = new();

    public ICollection<Endpoint> All => _all.Values;

    public int PausedNow => _all.Count(e => e.Value.Paused);

    public Endpoint Of(string integrationId, CallbackKind kind) =>
        _all.TryGetValue((integrationId, kind), out var known)
            ? known
            : _all.GetOrAdd((integrationId, kind), key => new Endpoint(key.IntegrationId, key.Kind, options, budget));

    public Endpoint Of(EndpointRow row) => Of(row.IntegrationId, CallbackKinds.Of(row.Kind));

    /// <summary>Its jobs stay in the database while it is paused.</summary>
    public void Settle(Endpoint endpoint)
    {
        if (endpoint.Row() is { PausedAt: not null } row)
        {
            jobs.Hold(endpoint.Id);
            Paused(log, endpoint.Id, row.PausedBy, row.LastError);
        }
        else
        {
            jobs.Resume(endpoint.Id);
            Resumed(log, endpoint.Id);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Endpoint {Endpoint} is paused by {By}; its last error: {Error}")]
    private static partial void Paused(ILogger log, string endpoint, string? by, string? error);

    [LoggerMessage(LogLevel.Information, "Endpoint {Endpoint} is not paused any more")]
    private static partial void Resumed(ILogger log, string endpoint);
}
