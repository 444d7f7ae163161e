using System.Collections.Concurrent;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Jobs;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// Brings clients what they are owed. A receipt goes straight from memory, and its answer settles it in the message's own
/// row; what can't go, or is not acknowledged, is taken over by a row of its own and tried again until it is.
/// </summary>
internal sealed class Deliveries(
    SmppDoorOptions options,
    Database database,
    StatusFeed feed,
    TenantDirectory tenants,
    Clients clients,
    Node node,
    TimeProvider time,
    Random random,
    SmppMeter meter)
{
    private static readonly Backoff Backoff = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
    private static readonly BatchOperation<EndWork> WriteEnds = new(310, Write);
    private readonly Lock _randomLock = new();

    // The rows that this node owns and has in hand, until their ends are written.
    private readonly ConcurrentDictionary<string, Delivery> _rows = new(StringComparer.Ordinal);
    private volatile bool _stopping;

    /// <summary>A row is free: set by the loop that looks for such.</summary>
    public Action Wake { get; set; } = static () => { };

    /// <summary>From here on what is not acknowledged stays where it is owed.</summary>
    public void Stop() => _stopping = true;

    /// <summary>A status change that was just committed. On the committing thread.</summary>
    public void Take(StatusChange change)
    {
        if (_stopping) return;
        var delivery = ReceiptWriter.Of(change, time.NowMicros());
        var client = change.Behind ? null : clients.Find(change.IntegrationId);
        if (client?.Outbox.TryAdd(delivery) == true) return;
        Keep(delivery);
    }

    /// <summary>A message from a phone, in the transaction that keeps it.</summary>
    public void Take(Tx tx, InboundReceived message)
    {
        if (!options.On || message.IntegrationId is not { } id || tenants.ById(id) is not { Account: not null }) return;
        var parts = InboundWriter.Of(message, id, time.NowMicros());
        var outbox = clients.Find(id)?.Outbox;
        var here = !_stopping && outbox?.Room >= parts.Count;
        SmppDeliveryStore.Insert(tx, parts, here ? node.Id : null);
        tx.AfterCommit(() =>
        {
            if (!here) Wake();
            else foreach (var part in parts) Add(outbox!, part);
        });
    }

    /// <summary>Whether this node has a row in hand that it owns.</summary>
    public bool HasRow(string id) => _rows.ContainsKey(id);

    /// <summary>Hands a row that this node owns to its client.</summary>
    public void Add(Outbox outbox, Delivery delivery)
    {
        _rows[delivery.Id] = delivery;
        if (!outbox.TryAdd(delivery)) Return([delivery], TimeSpan.Zero);
    }

    /// <summary>How the client answered.</summary>
    public void Answered(Delivery delivery, SmppAnswer answer)
    {
        if (answer is { Outcome: SmppOutcome.Answered, Status: CommandStatus.Ok })
        {
            meter.Acknowledged();
            if (delivery.Change is { } told) feed.Settle(told, null, null);
            else End(new EndWork(this, delivery, null) { Delete = true });
            return;
        }
        if (_stopping)
        {
            Return([delivery], TimeSpan.Zero);
            return;
        }
        var refused = answer.Outcome == SmppOutcome.Answered;
        delivery.Attempts++;
        delivery.Error = refused ? $"answered with {answer.Status.SpecificationName()}"
            : answer.Outcome == SmppOutcome.TimedOut ? "not answered in time" : "the session ended before the answer";
        if (!refused) delivery.Repeated = 1;
        // Where the session is gone another one may have it at once.
        TimeSpan wait = default;
        if (answer.Outcome != SmppOutcome.Closed)
            lock (_randomLock) wait = Backoff.After((int)delivery.Attempts, random);
        delivery.DueAt = time.NowMicros() + Micros.From(wait);
        Keep(delivery, refused ? null : $"{delivery.Id}: {delivery.Error}; it is sent again and may arrive twice");
    }

    /// <summary>Nobody is there, or has been slow for long: it waits in the database.</summary>
    public void Return(IReadOnlyList<Delivery> deliveries, TimeSpan wait)
    {
        foreach (var delivery in deliveries)
        {
            // While the node stops, a receipt without a row stays owed in its message's.
            if (_stopping && !delivery.HasRow) continue;
            delivery.DueAt = time.NowMicros() + Micros.From(wait);
            Keep(delivery);
        }
    }

    private void Keep(Delivery delivery, string? note = null)
    {
        meter.Kept(1);
        // Only receipts have a message with a timeline.
        if (delivery.Kind != Delivery.Receipt) note = null;
        if (delivery.Change is not { } change)
        {
            End(new EndWork(this, delivery, note));
            return;
        }
        feed.Settle(change, tx =>
        {
            SmppDeliveryStore.Insert(tx, [delivery], null);
            if (note is not null) Note(tx, delivery, note);
        }, Wake);
    }

    private void End(EndWork work)
    {
        if (!database.Add(WriteEnds, work)) Ended(work.Delivery);
    }

    // Its row may have been claimed anew since it was freed.
    private void Ended(Delivery delivery) => _rows.TryRemove(KeyValuePair.Create(delivery.Id, delivery));

    private static void Write(Tx tx, IReadOnlyList<EndWork> all)
    {
        SmppDeliveryStore.Delete(tx, [.. all.Where(w => w.Delete).Select(w => w.Delivery)]);
        SmppDeliveryStore.Release(tx, [.. all.Where(w => !w.Delete).Select(w => w.Delivery)]);
        foreach (var work in all)
            if (work.Note is { } note) Note(tx, work.Delivery, note);
    }

    private static void Note(Tx tx, Delivery delivery, string note) =>
        MessageNotes.Write(tx, delivery.MessageId, delivery.DueAt, "receipt-may-repeat", note);

    /// <summary>A row's end, or its release, on its way into the database.</summary>
    private sealed class EndWork(Deliveries owner, Delivery delivery, string? note) : BatchWork
    {
        public Delivery Delivery => delivery;

        public string? Note => note;

        public bool Delete { get; init; }

        public override bool Patient => true;

        public override void Committed()
        {
            owner.Ended(delivery);
            owner.Wake();
        }

        // Its row is still this node's and in nobody's hand: the loop finds it.
        public override void Failed(Exception error) => owner.Ended(delivery);
    }
}
