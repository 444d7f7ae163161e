using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parley.Server.Channels.Carriers;

/// <summary>What a carrier says to a submission offered to it.</summary>
public enum Offer
{
    /// <summary>It is in the carrier's queue: the carrier reports on it from now on.</summary>
    Taken,

    /// <summary>No bind is up.</summary>
    Down,

    /// <summary>No bind is up yet: the first try is under way.</summary>
    Starting,

    /// <summary>The queue is full.</summary>
    Full,

    /// <summary>There is no such carrier, or it is not active.</summary>
    Unknown,
}

/// <summary>A carrier as an operator sees it.</summary>
public sealed record CarrierState(Carrier Carrier, bool Up, int Queued, IReadOnlyList<BindState> Binds);

/// <summary>All carriers with their binds.</summary>
public sealed class CarrierPool(TimeProvider time, Random random, ILogger<CarrierPool> log) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, CarrierLink> _links = new();
    private readonly SemaphoreSlim _replacing = new(1);

    /// <summary>Receipts from all carriers. Set before the start; called from read loops, must not block.</summary>
    public Action<ReceiptArrival> ReceiptArrived { get; set; } = static receipt => receipt.Acknowledge(false);

    /// <summary>Messages from phones. Set before the start; called from read loops, must not block.</summary>
    public Action<InboundArrival> InboundArrived { get; set; } = static inbound => inbound.Acknowledge(false);

    /// <summary>Submissions that the queues of the carriers that are up still take together.</summary>
    public int Room => _links.Values.Sum(l => l.Carrier.Aside ? 0 : l.Room);

    public IReadOnlyList<CarrierState> States =>
        [.. _links.Values.OrderBy(l => l.Carrier.Id, StringComparer.Ordinal).Select(l => new CarrierState(l.Carrier, l.IsUp, l.Queued, l.Binds))];

    /// <summary>Offers a submission to a carrier. Never blocks.</summary>
    public Offer TrySubmit(string carrierId, Submission submission) =>
        _links.TryGetValue(carrierId, out var link) ? link.TrySubmit(submission) : Offer.Unknown;

    /// <summary>Makes these the carriers: new ones start, changed ones start again, others stop in order.</summary>
    public Task Replace(IReadOnlyList<Carrier> carriers) => Replace(carriers, Returned.Down);

    private async Task Replace(IReadOnlyList<Carrier> carriers, Returned why)
    {
        await _replacing.WaitAsync();
        try
        {
            var wanted = carriers.Where(c => c.Active).ToDictionary(c => c.Id);
            var old = _links.Values.Where(l => !wanted.TryGetValue(l.Carrier.Id, out var same) || same != l.Carrier).ToList();
            foreach (var link in old) _links.TryRemove(link.Carrier.Id, out _);
            await Task.WhenAll(old.Select(l => l.Stop(why, Patience)));
            foreach (var carrier in wanted.Values.Where(c => !_links.ContainsKey(c.Id)))
            {
                var link = new CarrierLink(carrier, this, time, random, log);
                _links[carrier.Id] = link;
                link.Start();
            }
        }
        finally
        {
            _replacing.Release();
        }
    }

    /// <summary>Lets the windows drain, unbinds, and gives back what was still queued.</summary>
    public async ValueTask DisposeAsync() => await Replace([], Returned.Stopping);
}
