using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// Finds the message of each receipt: in memory, else in the database, many at a time. What matches nothing is kept and shown; it may be a receipt that
/// overtook the answer to its submit, so a part that gets that id later picks it up.
/// </summary>
internal sealed partial class Receipts : IAsyncDisposable
{
    private const int MaxEarly = 20_000;
    private const int LookupAtOnce = 500;
    private static readonly TimeSpan Overtaking = TimeSpan.FromMinutes(5);

    private readonly Database _database;
    private readonly MessageTracker _tracker;
    private readonly TimeProvider _time;
    private readonly MessageMeter _meter;
    private readonly ILogger<Receipts> _log;
    private readonly BatchOperation<UnmatchedWork> _unmatched;
    private readonly Channel<ReceiptArrival> _lookups = Channel.CreateUnbounded<ReceiptArrival>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<(string Carrier, string Id), Early> _early = new();
    private readonly Task _loop;
    private long _takenUpTo;

    public Receipts(Database database, MessageTracker tracker, TimeProvider time, MessageMeter meter, ILogger<Receipts> log)
    {
        (_database, _tracker, _time, _meter, _log) = (database, tracker, time, meter, log);
        // Before the steps of messages, one of which may take it away again.
        _unmatched = new BatchOperation<UnmatchedWork>(190, (tx, all) =>
            UnmatchedReceiptStore.Insert(tx, [.. all.Select(w => w.Receipt)], time.NowMicros()));
        tracker.PartIndexed = Overtaken;
        _loop = Task.Run(Lookup);
    }

    /// <summary>
    /// Takes a receipt. Those on their way through here are bounded by the carriers' windows, because none is acknowledged before its commit.
    /// </summary>
    public void Take(ReceiptArrival receipt)
    {
        if (InMemory(receipt) is { } found) _tracker.Add(new ReceiptStep(found.Message, found.Part, receipt, early: false));
        else _lookups.Writer.TryWrite(receipt);
    }

    /// <summary>The id as given, then the other forms it may have; a message to somebody else is no match.</summary>
    private (Tracked Message, int Part)? InMemory(ReceiptArrival receipt)
    {
        if (_tracker.Find(receipt.CarrierId, receipt.CarrierMessageId) is { } found && Fits(receipt, found.Message)) return found;
        foreach (var other in receipt.OtherIds)
            if (_tracker.Find(receipt.CarrierId, other) is { } otherwise && Fits(receipt, otherwise.Message)) return otherwise;
        return null;
    }

    private static bool Fits(ReceiptArrival receipt, Tracked message) => receipt.OtherIds.Length == 0 || receipt.Phone.Length == 0 || receipt.Phone == message.Message.To;

    /// <summary>
    /// Takes up receipts that overtook the answer to their submit, where memory does not know both: the node that kept the
    /// receipt was killed meanwhile, or another one got the answer.
    /// </summary>
    public async Task TakeUp(CancellationToken cancel)
    {
        // The first look is at all that is kept; then an answer is at most so much later than its receipt.
        var (since, now) = (_takenUpTo - Micros.From(Overtaking), _time.NowMicros());
        var kept = await _database.Read(c => UnmatchedReceiptStore.Matched(c, since, LookupAtOnce), cancel);
        if (kept.Count < LookupAtOnce) _takenUpTo = now;
        // Later than that the database is asked.
        foreach (var early in _early)
            if (early.Value.At < now - Micros.From(Overtaking)) _early.TryRemove(early);
        foreach (var carrier in kept.GroupBy(r => r.CarrierId))
            await Match(carrier.Key, [.. carrier.Select(row => new KeptReceipt(row))]);
    }

    public async ValueTask DisposeAsync()
    {
        _lookups.Writer.TryComplete();
        await _loop;
    }

    private async Task Lookup()
    {
        var batch = new List<ReceiptArrival>();
        while (await _lookups.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LookupAtOnce && _lookups.Reader.TryRead(out var receipt)) batch.Add(receipt);
            try
            {
                foreach (var carrier in batch.GroupBy(r => r.CarrierId)) await Match(carrier.Key, [.. carrier]);
            }
            catch (Exception error)
            {
                LookupFailed(_log, batch.Count, error.Message);
                foreach (var receipt in batch) receipt.Acknowledge(false);
            }
        }
    }

    private async Task Match(string carrierId, List<ReceiptArrival> receipts)
    {
        var ids = receipts.SelectMany(r => r.OtherIds.Prepend(r.CarrierMessageId)).Distinct().ToList();
        var (parts, rows) = await _database.Read(
            connection =>
            {
                var parts = MessageStore.Parts(connection, carrierId, ids);
                var unknown = parts.Values.Select(p => p.MessageId).Where(id => _tracker.Find(id) is null).Distinct().ToList();
                return (parts, MessageStore.Load(connection, unknown).ToDictionary(r => r.Id));
            },
            CancellationToken.None);
        foreach (var receipt in receipts)
        {
            var matched = receipt.OtherIds.Prepend(receipt.CarrierMessageId)
                .Select(id => parts.TryGetValue(id, out var part) && Known(part.MessageId) is { } message && Fits(receipt, message) ? (message, part.Part) : default)
                .FirstOrDefault(match => match.message is not null);
            var early = receipt is KeptReceipt;
            if (matched.message is not null) _tracker.Add(new ReceiptStep(matched.message, matched.Part, receipt, early));
            else if (!early) KeepUnmatched(receipt);
        }

        Tracked? Known(string id) => _tracker.Find(id) ?? (rows.TryGetValue(id, out var row) ? _tracker.Track(row) : null);
    }

    private void KeepUnmatched(ReceiptArrival receipt)
    {
        var key = (receipt.CarrierId, receipt.CarrierMessageId);
        if (_early.Count < MaxEarly && receipt.State is not (ReceiptState.Enroute or ReceiptState.Accepted))
            _early[key] = new(receipt, _time.NowMicros());
        _meter.Unmatched.Add(1);
        _database.Add(_unmatched, new UnmatchedWork(receipt));
        // The answer to the submit may have come between the look-up and here.
        if (_tracker.Find(receipt.CarrierId, receipt.CarrierMessageId) is { } found) Overtaken(found.Message, found.Part, receipt.CarrierId, receipt.CarrierMessageId);
    }

    private void Overtaken(Tracked message, int part, string carrierId, string carrierMessageId)
    {
        if (_early.IsEmpty || !_early.TryRemove((carrierId, carrierMessageId), out var kept)) return;
        // A carrier that counts its ids anew: that receipt was for another message.
        if (kept.At < message.Message.AcceptedAt) return;
        _tracker.Add(new ReceiptStep(message, part, new KeptReceipt(kept.Receipt), early: true));
    }

    [LoggerMessage(LogLevel.Warning, "{Count} receipts could not be looked up, the carrier will bring them again: {Reason}")]
    private static partial void LookupFailed(ILogger log, int count, string reason);

    /// <summary>A receipt that matched nothing when it came.</summary>
    private sealed record Early(ReceiptArrival Receipt, long At);

    private sealed class UnmatchedWork(ReceiptArrival receipt) : BatchWork
    {
        public ReceiptArrival Receipt { get; } = receipt;

        public override bool Patient => true;

        public override void Committed() => Receipt.Acknowledge(true);

        public override void Failed(Exception error) => Receipt.Acknowledge(false);
    }

    /// <summary>A receipt that was acknowledged when it was kept.</summary>
    private sealed class KeptReceipt : ReceiptArrival
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public KeptReceipt(UnmatchedReceipt row)
        {
            CarrierId = row.CarrierId;
            CarrierMessageId = row.CarrierMessageId;
            State = (ReceiptState)row.State;
            Error = row.Error;
            Raw = row.Raw;
        }

        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public KeptReceipt(ReceiptArrival kept)
        {
            CarrierId = kept.CarrierId;
            CarrierMessageId = kept.CarrierMessageId;
            State = kept.State;
            Error = kept.Error;
            Raw = kept.Raw;
        }

        public override void Acknowledge(bool kept)
        {
        }
    }
}
