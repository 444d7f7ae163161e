using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// What one transaction has made of purchases so far. It is written together, a row once, with whatever the steps that
/// share the commit have made of others.
/// </summary>
internal sealed class TxPurchases(Tx tx)
{
    private readonly Dictionary<string, Progress> _progress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProgressChange> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReservationTie> _ties = new(StringComparer.Ordinal);
    private readonly HashSet<(long ClientId, string Ref)> _refs = [];
    private readonly List<Purchase> _made = [];
    private bool _waits;

    public Progress? Progress(string id) => _progress.GetValueOrDefault(id);

    public bool Add(Purchase purchase, Progress progress)
    {
        if (!_refs.Add((purchase.ClientId, purchase.ClientRef))) return false;
        Wait();
        _made.Add(purchase);
        _progress[progress.Id] = progress;
        _changes[progress.Id] = new(progress, 0);
        return true;
    }

    public void Change(Progress progress)
    {
        Wait();
        var from = _changes.TryGetValue(progress.Id, out var earlier) ? earlier.From : progress.Version - 1;
        _progress[progress.Id] = progress;
        _changes[progress.Id] = new(progress, from);
    }

    public void Tie(long clientId, string reserveRef, string purchaseId)
    {
        Wait();
        _ties[purchaseId] = new(clientId, reserveRef, purchaseId);
    }

    private void Wait()
    {
        if (_waits) return;
        _waits = true;
        tx.OnRollback(Forget);
        tx.Later(Write);
    }

    private void Write()
    {
        var (made, ties) = (_made.ToList(), _ties.Values.ToList());
        var born = _changes.Values.Where(c => c.From == 0).Select(c => c.Progress).ToList();
        var tied = _changes.Values.Where(c => c.From > 0 && _ties.ContainsKey(c.Progress.Id))
            .Select(c => (c, _ties[c.Progress.Id])).ToList();
        var changed = _changes.Values.Where(c => c.From > 0 && !_ties.ContainsKey(c.Progress.Id)).ToList();
        Settle();
        tx.Insert(PurchaseRows.Made, made);
        tx.Insert(PurchaseRows.Born, born);
        tx.Insert(PurchaseRows.Ties, ties);
        tx.Update(PurchaseRows.Changed, changed);
        tx.Update(PurchaseRows.Tied, tied);
    }

    private void Forget()
    {
        _progress.Clear();
        _refs.Clear();
        Settle();
    }

    private void Settle()
    {
        _made.Clear();
        _changes.Clear();
        _ties.Clear();
        _waits = false;
    }
}

/// <summary>A progress to be written, and the version that it replaces; 0 for none.</summary>
internal sealed record ProgressChange(Progress Progress, long From);

/// <summary>A reservation that a purchase is to have for itself.</summary>
internal sealed record ReservationTie(long ClientId, string ReserveRef, string PurchaseId);
