using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>
/// The hot path: a status change that has just been committed is told straight from memory. What succeeds needs no row
/// of its own; everything else is taken over into a delivery and its job, in the transaction that strikes it from the
/// message's row.
/// </summary>
internal sealed class FirstAttempts(
    WebhooksOptions options,
    TimeProvider time,
    Random random,
    TenantDirectory tenants,
    StatusFeed feed,
    JobQueue jobs,
    CallbackSender sender,
    Endpoints endpoints)
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;
    private bool _stopping;

    public void Subscribe()
    {
        foreach (var door in (Door[])[Door.OneApi, Door.SmsApi, Door.LegacyApi]) feed.Subscribe(door, Take);
    }

    /// <summary>
    /// Takes nothing more and waits for the requests under way. What was not sent stays owed in its message's row.
    /// </summary>
    public async Task Stop(CancellationToken cancel)
    {
        Volatile.Write(ref _stopping, true);
        foreach (var endpoint in endpoints.All) endpoint.Drain();
        if (Volatile.Read(ref _runs) == 0) _idle.TrySetResult();
        try
        {
            await _idle.Task.WaitAsync(options.StopWithin, time, cancel);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            sender.Abandon();
            await _idle.Task;
        }
    }

    // On the committing thread: it must not block.
    private void Take(StatusChange change)
    {
        if (Volatile.Read(ref _stopping)) return;
        if (tenants.ById(change.IntegrationId) is not { Status.Url.Length: > 0 } integration
            || (change.Message.Told is null && integration.StatusEvents == StatusEvents.Final && !change.Status.IsFinal()))
        {
            feed.Settle(change, null, null);
            return;
        }
        var endpoint = endpoints.Of(integration.Id, CallbackKind.Status);
        var place = change.Behind ? Endpoint.Place.None : endpoint.Take(change, integration.Batches());
        if (place == Endpoint.Place.None) TakeOver(change, null);
        if (place != Endpoint.Place.Start) return;
        Interlocked.Increment(ref _runs);
        ThreadPool.UnsafeQueueUserWorkItem(new Start(this, endpoint, change), preferLocal: false);
    }

    private async Task Run(Endpoint endpoint, StatusChange first)
    {
        var letter = endpoint.Rent(time);
        var changes = new List<StatusChange>(1) { first };
        try
        {
            bool more;
            do
            {
                var integration = tenants.ById(endpoint.IntegrationId);
                if (!Volatile.Read(ref _stopping)) await Tell(endpoint, integration, letter, changes);
                if (!letter.Reusable) letter = new Letter(time);
                var batched = integration?.Batches() ?? false;
                more = endpoint.Next(changes, batched ? options.BatchSize : 1, batched);
            }
            while (more);
        }
        finally
        {
            endpoint.Return(letter);
            if (Interlocked.Decrement(ref _runs) == 0 && Volatile.Read(ref _stopping)) _idle.TrySetResult();
        }
    }

    private async ValueTask Tell(Endpoint endpoint, Integration? integration, Letter letter, List<StatusChange> changes)
    {
        if (integration is not { Status.Url.Length: > 0 })
        {
            foreach (var change in changes) feed.Settle(change, null, null);
            return;
        }
        if (endpoint.Paused)
        {
            foreach (var change in changes) TakeOver(change, null);
            return;
        }
        if (changes.Count > 1 && !integration.Batches())
        {
            // The form changed since they were put together.
            foreach (var change in changes) await Tell(endpoint, integration, letter, [change]);
            return;
        }
        var destination = endpoint.DestinationOf(integration);
        Write(letter, destination, changes);
        var attempt = await sender.Send(destination, letter);
        if (attempt.Outcome == AttemptOutcome.Abandoned) return;
        // Its health first: what is taken over from a paused endpoint waits in the database.
        var (turned, failing) = endpoint.Report(attempt);
        if (turned) endpoints.Settle(endpoint);
        foreach (var change in changes)
        {
            if (attempt.Delivered) feed.Settle(change, null, null);
            else TakeOver(change, attempt);
        }
        if (!failing) return;
        foreach (var waiting in endpoint.Drain()) TakeOver(waiting, null);
    }

    private static void Write(Letter letter, CallbackDestination destination, List<StatusChange> changes)
    {
        if (destination.Form != CallbackForm.OneApi)
        {
            FieldCallback.Write(letter, destination, StatusReport.Of(changes[0]));
            return;
        }
        // Several events are tried again one by one, so their common request has an id of its own.
        var id = Delivery.IdOf(changes[0]);
        var json = letter.Begin(changes.Count == 1 ? id : $"{id}-{changes.Count}");
        if (changes.Count == 1) letter.MessageId = changes[0].MessageId;
        CallbackBody.Begin(json, destination, CallbackBody.StatusEvent);
        foreach (var change in changes) CallbackBody.Write(json, change);
        CallbackBody.End(json);
    }

    private void TakeOver(StatusChange change, Attempt? attempt)
    {
        var delivery = Delivery.Of(change, time.NowMicros());
        if (attempt is { } made) delivery = delivery.After(made, options, random);
        feed.Settle(change, tx => delivery.Born(tx, jobs), null);
    }

    private sealed class Start(FirstAttempts owner, Endpoint endpoint, StatusChange change) : IThreadPoolWorkItem
    {
        public void Execute() => _ = owner.Run(endpoint, change);
    }
}
