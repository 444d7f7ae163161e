using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>What an operator sees of callbacks, and what he can do about them.</summary>
public sealed class WebhookDeliveries
{
    private const int ReplaysAtOnce = 200;

    private readonly TimeProvider _time;
    private readonly Database _database;
    private readonly JobQueue _jobs;
    private readonly TenantDirectory _tenants;
    private readonly Endpoints _endpoints;
    private readonly WebhookWatch _watch;

    internal WebhookDeliveries(
        TimeProvider time,
        Database database,
        JobQueue jobs,
        TenantDirectory tenants,
        Endpoints endpoints,
        WebhookWatch watch) =>
        (_time, _database, _jobs, _tenants, _endpoints, _watch) = (time, database, jobs, tenants, endpoints, watch);

    /// <summary>
    /// A page of deliveries, the newest first. What succeeded at its first attempt stands in the message's timeline
    /// instead.
    /// </summary>
    public async Task<IReadOnlyList<WebhookDelivery>> Search(DeliveryQuery query, CancellationToken cancel) =>
        [.. (await _database.Read(c => WebhookStore.Search(c, query), cancel)).Select(View)];

    /// <summary>One delivery; null when there is none.</summary>
    public async Task<WebhookDelivery?> Show(string id, CancellationToken cancel) =>
        await _database.Read(c => WebhookStore.Load(c, id), cancel) is { } found ? View(found) : null;

    /// <summary>
    /// Sends it again from the start of its schedule, whatever its state; one that waits is tried at once.
    /// </summary>
    public async Task<Result<WebhookDelivery>> Replay(string id, CancellationToken cancel)
    {
        var replayed =
            await _database.Transact(tx => WebhookStore.Load(tx, id) is { } found ? Replay(tx, found) : null, cancel);
        return replayed is null ? WebhookRefusals.DeliveryUnknown(id) : View(replayed);
    }

    /// <summary>
    /// Sends again what was taken over from <paramref name="from"/> until before <paramref name="to"/> (microseconds
    /// UTC) and is in one of the states; what is pending is left as it is. Answers how many.
    /// </summary>
    public async Task<int> ReplayRange(
        string integrationId, long from, long to, IReadOnlyCollection<string> states, CancellationToken cancel)
    {
        string[] ended = [.. states.Where(s => s is DeliveryStates.Delivered or DeliveryStates.Dead).Distinct()];
        if (ended.Length == 0) return 0;
        var either = (ended[0], ended[^1]);
        var after = (CreatedAt: long.MinValue, Id: "");
        for (var count = 0; ;)
        {
            var last = await _database.Transact(tx =>
            {
                var found = WebhookStore.Ended(tx, integrationId, from, to, either, after, ReplaysAtOnce);
                foreach (var delivery in found) Replay(tx, delivery);
                return found;
            }, cancel);
            count += last.Count;
            if (last.Count < ReplaysAtOnce) return count;
            after = (last[^1].CreatedAt, last[^1].Id);
        }
    }

    /// <summary>
    /// Sends a status again that its first attempt told, so that no delivery of it is kept: the caller makes the change
    /// from the message's row (the token is not used). When a delivery is kept, that one is replayed.
    /// </summary>
    public async Task<Result<WebhookDelivery>> ReplayStatus(StatusChange change, CancellationToken cancel)
    {
        if (_tenants.ById(change.IntegrationId) is not { Status.Url.Length: > 0 })
            return WebhookRefusals.NoAddress(change.IntegrationId);
        return View(await _database.Transact(tx =>
        {
            if (WebhookStore.Load(tx, Delivery.IdOf(change)) is { } kept) return Replay(tx, kept);
            var delivery = Delivery.Of(change, _time.NowMicros());
            delivery.Born(tx, _jobs);
            return delivery;
        }, cancel));
    }

    /// <summary>Every endpoint that integrations have now or that is remembered, with its health.</summary>
    public async Task<IReadOnlyList<WebhookEndpoint>> Endpoints(CancellationToken cancel)
    {
        var rows = (await _database.Read(EndpointStore.All, cancel)).ToDictionary(r => r.Id);
        foreach (var integration in _tenants.All)
        {
            foreach (var kind in Enum.GetValues<CallbackKind>())
            {
                if (integration.Target(kind).Url.Length > 0)
                    rows[Endpoint.IdOf(integration.Id, kind)] = _endpoints.Of(integration.Id, kind).Row();
            }
        }
        return [.. rows.Values.OrderBy(r => r.Id, StringComparer.Ordinal).Select(View)];
    }

    /// <summary>Sends nothing there until it is resumed; what comes waits, until its deadline.</summary>
    public Task<Result<WebhookEndpoint>> Pause(string endpointId, CancellationToken cancel) =>
        Turn(endpointId, e => e.Pause(EndpointHealth.ByHand, _time.NowMicros()), cancel);

    /// <summary>Sends what waits.</summary>
    public Task<Result<WebhookEndpoint>> Resume(string endpointId, CancellationToken cancel) =>
        Turn(endpointId, e => e.Resume(), cancel);

    private async Task<Result<WebhookEndpoint>> Turn(
        string endpointId, Action<Endpoint> turn, CancellationToken cancel)
    {
        if (Endpoint.Parse(endpointId) is not { } parsed || _tenants.ById(parsed.IntegrationId) is null)
            return WebhookRefusals.EndpointUnknown(endpointId);
        var endpoint = _endpoints.Of(parsed.IntegrationId, parsed.Kind);
        turn(endpoint);
        _endpoints.Settle(endpoint);
        await _watch.Save(endpoint, cancel);
        return View(endpoint.Row());
    }

    private Delivery Replay(Tx tx, Delivery delivery)
    {
        var replayed = delivery.Replayed(_time.NowMicros());
        WebhookStore.Update(tx, [replayed]);
        // One that waits has its job still.
        var job = replayed.ToJob();
        if (!delivery.Pending) _jobs.Enqueue(tx, job);
        else if (!_jobs.Replay(tx, job.Kind, job.Key)) _jobs.Hasten(tx, job.Kind, job.Key);
        return replayed;
    }

    private WebhookEndpoint View(EndpointRow row) => new(
        row.Id, row.IntegrationId, row.Kind,
        _tenants.ById(row.IntegrationId)?.Target(CallbackKinds.Of(row.Kind)).Url ?? "",
        row.PausedAt, row.PausedBy, (int)row.Failures, row.FailingSince, row.LastSuccessAt, row.LastFailureAt,
        row.LastError);

    private static WebhookDelivery View(Delivery d) => new(
        d.Id, d.EndpointId, d.IntegrationId, d.Kind, d.MessageId, (int)d.Sequence, d.EventName, d.Event, d.State,
        (int)d.Attempts, (int?)d.LastStatus,
        d.LastError, d.ReadHistory(), d.CreatedAt, d.NextAt, d.LastAttemptAt, d.DeliveredAt);
}
