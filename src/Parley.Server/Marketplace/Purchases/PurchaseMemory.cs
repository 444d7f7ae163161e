using System.Collections.Concurrent;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// What this node remembers of purchases under way, as last committed, so that the usual step reads nothing. It is a
/// guess: every change names the version it builds on, and when somebody else was faster the transaction is run again
/// on what is read. Only a change may rest on it, for only a change is checked.
/// </summary>
internal sealed class PurchaseMemory
{
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, Sale> _sales = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(long ClientId, string Ref), string> _refs = new();

    public Sale? Find(string id) => _sales.GetValueOrDefault(id);

    public Sale? ByRef(long clientId, string clientRef) =>
        _refs.TryGetValue((clientId, clientRef), out var id) ? Find(id) : null;

    /// <summary>Where it stands, as far as is known without reading, or as it is read.</summary>
    public Progress Progress(Tx tx, string id) =>
        PurchaseStore.Changed(tx, id) ?? Find(id)?.Progress ?? PurchaseStore.Progress(tx, id);

    /// <summary>What follows from where it stands; read again before it is believed that nothing does.</summary>
    public (Progress Before, Step Step) Step(Tx tx, string id, Func<Progress, Step> rule)
    {
        var before = Progress(tx, id);
        var step = rule(before);
        if (step.Next.Version > before.Version && step.Contradiction is null) return (before, step);
        before = PurchaseStore.Progress(tx, id);
        return (before, rule(before));
    }

    /// <summary>A reservation the bank has just made: looked up only when the purchase isn't remembered.</summary>
    public bool Tie(Tx tx, Purchase purchase, string reserveRef)
    {
        if (Find(purchase.Id) is null)
            return PurchaseStore.Tie(tx, purchase.ClientId, reserveRef, purchase.Id);
        PurchaseStore.TieUnseen(tx, purchase.ClientId, reserveRef, purchase.Id);
        return true;
    }

    /// <summary>Remembers what the transaction makes of it, once it is committed; forgets it when it comes to nothing.</summary>
    public void Keep(Tx tx, Purchase purchase, Progress next)
    {
        tx.OnRollback(() => Forget(purchase));
        tx.AfterCommit(() =>
        {
            if (next.IsFinal && next.Told != ResultState.Sending)
            {
                Forget(purchase);
                return;
            }
            if (_sales.Count > Most) Clear();
            _sales[purchase.Id] = new(purchase, next);
            _refs[(purchase.ClientId, purchase.ClientRef)] = purchase.Id;
        });
    }

    private void Forget(Purchase purchase)
    {
        _sales.TryRemove(purchase.Id, out _);
        _refs.TryRemove((purchase.ClientId, purchase.ClientRef), out _);
    }

    private void Clear()
    {
        _sales.Clear();
        _refs.Clear();
    }
}
