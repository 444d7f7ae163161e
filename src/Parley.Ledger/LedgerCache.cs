using System.Collections.Concurrent;

namespace Parley.Ledger;

/// <summary>
/// What this node remembers of accounts and open holds as last committed, so that the usual flush reads nothing. It is
/// a guess: every write names the version it builds on and the commit fails when another node was faster; then all of
/// it is forgotten and, for a while, rows are read and locked first.
/// </summary>
internal sealed class LedgerCache(int most, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Balance> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private long _carefulUntil;

    /// <summary>True for a while after a guess was wrong.</summary>
    public bool Careful => time.GetTimestamp() < Volatile.Read(ref _carefulUntil);

    public Balance? Account(string id) => _accounts.GetValueOrDefault(id);

    public Hold? Hold(string id) => _holds.GetValueOrDefault(id);

    /// <summary>A commit stands. Two writers' commits may be reported in either order; the later version stays.</summary>
    public void Keep(IEnumerable<Balance> accounts, IEnumerable<Hold> holds)
    {
        if (_accounts.Count > most) _accounts.Clear();
        if (_holds.Count > most) _holds.Clear();
        foreach (var account in accounts)
            _accounts.AddOrUpdate(
                account.Account.Id, static (_, n) => n, static (_, o, n) => o.Version > n.Version ? o : n, account);
        foreach (var hold in holds)
        {
            if (hold.State == HoldState.Open) _holds[hold.Id] = hold;
            else _holds.TryRemove(hold.Id, out _);
        }
    }

    /// <summary>A transaction came to nothing, perhaps because a guess was wrong.</summary>
    public void Forget()
    {
        _accounts.Clear();
        _holds.Clear();
        Volatile.Write(ref _carefulUntil, time.GetTimestamp() + time.TimestampFrequency);
    }
}
