using Parley.Platform.Storage;

namespace Parley.Platform.Events;

/// <summary>
/// Events go up: who causes a fact publishes it in the fact's own transaction, and each subscriber writes what it owes (its row, its job) in that same
/// transaction. So an event is neither lost nor seen without its cause; a subscriber's job is keyed by the event, so it happens once.
/// </summary>
public sealed class EventBus
{
    private readonly Dictionary<Type, List<Delegate>> _subscribers = [];
    private bool _sealed;

    /// <summary>Adds a subscriber, while the program is put together.</summary>
    public void Subscribe<T>(Action<Tx, T> take) where T : notnull
    {
        Invariant.Holds(!_sealed);
        if (!_subscribers.TryGetValue(typeof(T), out var takers)) _subscribers[typeof(T)] = takers = [];
        takers.Add(take);
    }

    /// <summary>Hands the event to every subscriber, inside the transaction.</summary>
    public void Publish<T>(Tx tx, T fact) where T : notnull
    {
        _sealed = true;
        if (!_subscribers.TryGetValue(typeof(T), out var takers)) return;
        foreach (var take in takers) ((Action<Tx, T>)take)(tx, fact);
    }
}
