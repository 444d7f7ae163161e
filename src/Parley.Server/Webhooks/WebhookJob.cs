using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>
/// Makes one attempt of a delivery that waits in the database, and writes what came of it together with the job's next
/// time or end.
/// </summary>
internal sealed class WebhookJob
{
    private static readonly long Moment = Micros.PerSecond;

    private readonly WebhooksOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Database _database;
    private readonly TenantDirectory _tenants;
    private readonly CallbackSender _sender;
    private readonly Endpoints _endpoints;
    private readonly WebhookMeter _meter;
    private readonly BatchOperation<Written> _write;

    public WebhookJob(
        WebhooksOptions options,
        TimeProvider time,
        Random random,
        Database database,
        JobQueue jobs,
        TenantDirectory tenants,
        CallbackSender sender,
        Endpoints endpoints,
        WebhookMeter meter)
    {
        (_options, _time, _random, _database, _tenants) = (options, time, random, database, tenants);
        (_sender, _endpoints, _meter) = (sender, endpoints, meter);
        _write = new BatchOperation<Written>(500, (tx, all) =>
        {
            // What was cut off from the database for long may have been taken over, and told, by another node meanwhile.
            var stands = WebhookStore.Standing(tx, [.. all.Select(w => w.Delivery.Id)]);
            var ours = all
                .Where(w => stands.TryGetValue(w.Delivery.Id, out var row) && w.Delivery.Follows(row))
                .OrderByDescending(w => w.Delivery.State == DeliveryStates.Delivered).DistinctBy(w => w.Delivery.Id)
                .ToList();
            WebhookStore.Update(tx, [.. ours.Select(w => w.Delivery)]);
            foreach (var one in ours) jobs.End(tx, one.Delivery.ToJob(), one.Outcome);
        });
    }

    public JobKind Kind =>
        new(Delivery.JobKind, Run, _options.RetriesPerEndpoint,
            new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)));

    /// <summary>
    /// Attempts it now, whatever its schedule says. The answer is what was written; null when the node stopped
    /// meanwhile.
    /// </summary>
    /// <param name="delivery">What is told.</param>
    /// <param name="endpoint">Whom.</param>
    /// <param name="probe">True when it is to find out whether a paused endpoint is back.</param>
    public async Task<Delivery?> Attempt(Delivery delivery, Endpoint endpoint, bool probe = false)
    {
        if (_tenants.ById(delivery.IntegrationId) is not { } integration
            || integration.Target(endpoint.Kind).Url.Length == 0)
        {
            const string Reason = "the integration has no callback address any more";
            return await Write(delivery.Dead(Reason, _time.NowMicros(), _options));
        }
        var destination = endpoint.DestinationOf(integration);
        var letter = endpoint.Rent(_time);
        Write(letter, destination, delivery);
        var attempt = await _sender.Send(destination, letter);
        endpoint.Return(letter);
        if (attempt.Outcome == AttemptOutcome.Abandoned) return null;
        var turned = endpoint.Report(attempt).Turned;
        var written = await Write(probe
            ? delivery.AfterProbe(attempt, _options, _random) : delivery.After(attempt, _options, _random));
        // Only now: its own job, let go earlier, would find it still to be told.
        if (turned) _endpoints.Settle(endpoint);
        return written;
    }

    private static void Write(Letter letter, CallbackDestination destination, Delivery delivery)
    {
        if (destination.Form == CallbackForm.OneApi)
        {
            var json = letter.Begin(delivery.Id);
            CallbackBody.Begin(json, destination, delivery.EventName);
            json.WriteRawValue(delivery.Event, skipInputValidation: true);
            CallbackBody.End(json);
        }
        else if (delivery.EventName == CallbackBody.StatusEvent)
        {
            FieldCallback.Write(letter, destination, StatusReport.Of(delivery));
        }
        else
        {
            FieldCallback.Write(letter, destination, Reply.Of(delivery));
        }
        letter.MessageId = delivery.MessageId;
    }

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        var delivery = await _database.Read(c => WebhookStore.Load(c, job.Key), cancel);
        if (delivery is not { Pending: true }) return JobOutcome.Done;
        var now = _time.NowMicros();
        if (delivery.AttendAt <= now)
        {
            await Write(delivery.Dead(delivery.LastError ?? "its time ran out", now, _options));
            return JobOutcome.Ended;
        }
        if (delivery.BlockedUntil is { } until)
            return JobOutcome.Again(Math.Max(now, until) + Moment,
                "an earlier callback of the message is still to be made");
        var endpoint = _endpoints.Of(delivery.IntegrationId, CallbackKinds.Of(delivery.Kind));
        // Its lane is held from now on; what was in memory before goes back.
        if (endpoint.Paused) return JobOutcome.Again(now + Moment, "the endpoint is paused");
        return await Attempt(delivery, endpoint) is null ? JobOutcome.Again(now, "the node stopped") : JobOutcome.Ended;
    }

    private Task<Delivery> Write(Delivery delivery)
    {
        var written = new Written(delivery, _meter);
        Invariant.Holds(_database.Add(_write, written));
        return written.Done;
    }

    private sealed class Written(Delivery delivery, WebhookMeter meter) : BatchWork
    {
        private readonly TaskCompletionSource<Delivery> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Delivery Delivery => delivery;

        public JobOutcome Outcome =>
            delivery is { Pending: true, NextAt: { } next }
                ? JobOutcome.Again(next, delivery.LastError ?? "")
                : JobOutcome.Done;

        public Task<Delivery> Done => _done.Task;

        public override bool Patient => true;

        public override void Committed()
        {
            if (!delivery.Pending) meter.Ended(delivery.State);
            _done.SetResult(delivery);
        }

        public override void Failed(Exception error) => _done.SetException(error);
    }
}
