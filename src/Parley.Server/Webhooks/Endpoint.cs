using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>
/// One callback address of one integration, with its own queue and its own concurrency: what happens here delays nobody
/// else. Failures halve the number of first attempts under way, successes raise it again by one.
/// </summary>
internal sealed class Endpoint(string integrationId, CallbackKind kind, WebhooksOptions options, Budget budget)
{
    /// <summary>
    /// Batches grow while few requests are under way; with many there would be nothing to put together.
    /// </summary>
    private const int BatchedShare = 8;

    private readonly Lock _lock = new();
    private readonly Queue<StatusChange> _waiting = new();
    private readonly Stack<Letter> _letters = new();
    private readonly EndpointHealth _health = new();
    private CallbackDestination? _destination;
    private int _limit = options.PerEndpoint;
    private int _running;

    public enum Place
    {
        /// <summary>The caller starts a run with it.</summary>
        Start,

        /// <summary>A run under way will come to it.</summary>
        Wait,

        /// <summary>There is no room in memory.</summary>
        None,
    }

    public string Id { get; } = IdOf(integrationId, kind);

    public string IntegrationId => integrationId;

    public CallbackKind Kind => kind;

    /// <summary>Health changed since it was last written.</summary>
    public bool Dirty { get; private set; }

    /// <summary>This node paused or resumed it, and that is not written yet.</summary>
    public bool Turned { get; private set; }

    /// <summary>Counts the times this node paused or resumed it.</summary>
    public int Turns { get; private set; }

    public bool Paused
    {
        get
        {
            lock (_lock) return _health.Paused;
        }
    }

    public static string IdOf(string integrationId, CallbackKind kind) => $"{integrationId}:{kind.Word()}";

    /// <summary>Null when the id has not the form of one.</summary>
    public static (string IntegrationId, CallbackKind Kind)? Parse(string id)
    {
        foreach (var kind in Enum.GetValues<CallbackKind>())
            if (id.EndsWith(IdOf("", kind), StringComparison.Ordinal)) return (id[..^IdOf("", kind).Length], kind);
        return null;
    }

    public CallbackDestination DestinationOf(Integration integration)
    {
        var known = _destination;
        if (known is not null && ReferenceEquals(known.Source, integration)) return known;
        return _destination = new CallbackDestination(integration, kind);
    }

    public Place Take(StatusChange change, bool batched)
    {
        lock (_lock)
        {
            if (_health.Paused) return Place.None;
            if (_running < Limit(batched) && budget.TryStart())
            {
                _running++;
                return Place.Start;
            }
            if (_running == 0 || _health.Failing || _waiting.Count >= options.WaitingPerEndpoint || !budget.TryWait())
                return Place.None;
            _waiting.Enqueue(change);
            return Place.Wait;
        }
    }

    /// <summary>
    /// What a run does next, at most <paramref name="most"/>, into <paramref name="next"/>; false when the run is over.
    /// </summary>
    public bool Next(List<StatusChange> next, int most, bool batched)
    {
        next.Clear();
        lock (_lock)
        {
            if (_waiting.Count == 0 || _running > Limit(batched))
            {
                _running--;
                budget.Ended();
                return false;
            }
            while (next.Count < most && _waiting.TryDequeue(out var change)) next.Add(change);
        }
        budget.Took(next.Count);
        return true;
    }

    /// <summary>Takes all that waits: the endpoint fails, is paused, or the node stops.</summary>
    public List<StatusChange> Drain()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return [];
            var all = _waiting.ToList();
            _waiting.Clear();
            budget.Took(all.Count);
            return all;
        }
    }

    /// <summary>
    /// Takes in an attempt. <c>Turned</c>: it paused or resumed the endpoint; <c>Failing</c>: nothing should wait in
    /// memory for it.
    /// </summary>
    public (bool Turned, bool Failing) Report(in Attempt attempt)
    {
        lock (_lock)
        {
            var healthy = _health.Failures == 0;
            var turned = _health.Report(attempt, options.PauseAfterFailures, Micros.From(options.PauseAfter));
            if (attempt.Delivered) _limit = Math.Min(options.PerEndpoint, _limit + 1);
            else _limit = Math.Max(1, _limit / 2);
            if (turned) Turn();
            Dirty |= turned || !healthy || !attempt.Delivered;
            return (turned, _health.Failing || _health.Paused);
        }
    }

    /// <summary>Pauses it; <paramref name="here"/> when this node decided so and has to write it.</summary>
    public bool Pause(string by, long now, bool here)
    {
        lock (_lock)
        {
            var turned = _health.Pause(by, now);
            if (turned && here) Turn();
            return turned;
        }
    }

    /// <summary>Resumes it; <paramref name="here"/> when this node decided so and has to write it.</summary>
    public bool Resume(bool here)
    {
        lock (_lock)
        {
            _limit = options.PerEndpoint;
            var turned = _health.Resume();
            if (turned && here) Turn();
            return turned;
        }
    }

    public void Restore(EndpointRow row)
    {
        lock (_lock) _health.Restore(row);
    }

    /// <summary>Its health as a row, to be written: what changes afterwards makes it dirty again.</summary>
    public EndpointRow Write()
    {
        lock (_lock)
        {
            Dirty = false;
            return _health.ToRow(Id, integrationId, kind);
        }
    }

    public EndpointRow Row()
    {
        lock (_lock) return _health.ToRow(Id, integrationId, kind);
    }

    /// <summary>The row could not be written.</summary>
    public void Unwritten() => Dirty = true;

    /// <summary>The row is committed.</summary>
    public void Written(EndpointRow row)
    {
        lock (_lock)
        {
            if (row.PausedAt == _health.PausedAt) Turned = false;
            else Dirty = true;
        }
    }

    public Letter Rent(TimeProvider time)
    {
        lock (_lock) return _letters.TryPop(out var letter) ? letter : new Letter(time);
    }

    public void Return(Letter letter)
    {
        if (!letter.Reusable) return;
        lock (_lock)
        {
            if (_letters.Count < options.PerEndpoint) _letters.Push(letter);
        }
    }

    private void Turn() => (Turned, Turns) = (true, Turns + 1);

    private int Limit(bool batched) => batched ? Math.Max(1, _limit / BatchedShare) : _limit;
}
