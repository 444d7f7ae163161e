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
    private bool _turned;
    private bool _byHand;
    private int _turns;

    /// <summary>Its health as a row; whether its pause is to be written, too; and whether that is a hand's.</summary>
    public readonly record struct Written(EndpointRow Row, bool Turned, bool ByHand);

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

    /// <summary>
    /// How often this node has paused or resumed it, to be compared later (<see cref="TakeIn"/>); null while the last time is not
    /// written.
    /// </summary>
    public int? Turns
    {
        get
        {
            lock (_lock) return _turned ? null : _turns;
        }
    }

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
            if (turned) Turn(byHand: false);
            Dirty |= turned || !healthy || !attempt.Delivered;
            return (turned, _health.Failing || _health.Paused);
        }
    }

    /// <summary>Pauses it; to be written, also when it was paused already: the row may say otherwise.</summary>
    public void Pause(string by, long now)
    {
        lock (_lock)
        {
            _health.Pause(by, now);
            Turn(byHand: true);
        }
    }

    /// <summary>Resumes it; to be written, also when it was not paused: the row may say otherwise.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _limit = options.PerEndpoint;
            _health.Resume();
            Turn(byHand: true);
        }
    }

    /// <summary>
    /// Pauses or resumes it as the row says that was read after <paramref name="turns"/> were (<see cref="Turns"/>), unless this
    /// node has done so since. True when it was the other way.
    /// </summary>
    /// <param name="paused">The row; null when there is none that is paused.</param>
    /// <param name="turns">The turns before the row was read.</param>
    public bool TakeIn(EndpointRow? paused, int? turns)
    {
        lock (_lock)
        {
            if (_turned || _turns != turns) return false;
            if (paused is { PausedAt: { } at }) return _health.Pause(paused.PausedBy ?? EndpointHealth.ByHand, at);
            if (!_health.Resume()) return false;
            _limit = options.PerEndpoint;
            return true;
        }
    }

    public void Restore(EndpointRow row)
    {
        lock (_lock) _health.Restore(row);
    }

    /// <summary>
    /// Its health as a row, to be written, and whether the pause is to be written, too; what changes afterwards makes it dirty again.
    /// </summary>
    public Written Write()
    {
        lock (_lock)
        {
            Dirty = false;
            return new(_health.ToRow(Id, integrationId, kind), _turned, _byHand);
        }
    }

    public EndpointRow Row()
    {
        lock (_lock) return _health.ToRow(Id, integrationId, kind);
    }

    /// <summary>The row could not be written.</summary>
    public void Unwritten() => Dirty = true;

    /// <summary>The row is committed, and its pause when it was turned.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="overruled">True when the row said that a hand has paused it, which health does not change.</param>
    public void Saved(in Written written, bool overruled)
    {
        lock (_lock)
        {
            if (!_turned) return;
            var same = written.Turned
                && written.Row.PausedAt == _health.PausedAt && written.Row.PausedBy == _health.PausedBy;
            if (same || (overruled && !_byHand)) (_turned, _byHand) = (false, false);
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

    /// <summary>Whoever has to write it may be kept from it: then the next round does.</summary>
    private void Turn(bool byHand)
    {
        (_turned, Dirty, _turns) = (true, true, _turns + 1);
        _byHand |= byHand;
    }

    private int Limit(bool batched) => batched ? Math.Max(1, _limit / BatchedShare) : _limit;
}
