namespace Parley.Ledger;

/// <summary>
/// What one transaction has changed so far. Later lists of it build on that, and all of it is written together: each
/// account once, however often it changed.
/// </summary>
internal sealed class TxBooks
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private List<Entry> _unwritten = [];

    public Dictionary<string, Balance> Accounts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);

    public bool IsWritten => _unwritten.Count == 0;

    /// <summary>What this transaction has booked under an id.</summary>
    public Entry? Entry(string id) => _entries.GetValueOrDefault(id);

    public void Keep(PostingRun run)
    {
        foreach (var account in run.Changed)
        {
            Accounts[account.Account.Id] = account;
            _changed.Add(account.Account.Id);
        }
        foreach (var hold in run.Begun)
        {
            Holds[hold.Id] = hold;
            _begun.Add(hold.Id);
        }
        foreach (var hold in run.Ended)
        {
            Holds[hold.Id] = hold;
            if (!_begun.Contains(hold.Id)) _ended.Add(hold.Id);
        }
        foreach (var entry in run.Entries)
        {
            _entries[entry.Id] = entry;
            _unwritten.Add(entry);
        }
    }

    /// <summary>What is to be written now: the balances in the order of their ids, each one version on.</summary>
    public (List<Balance> Changed, List<Entry> Entries, List<Hold> Begun, List<Hold> Ended) Take()
    {
        List<Balance> changed = [];
        foreach (var id in _changed.Order(StringComparer.Ordinal))
            changed.Add(Accounts[id] = Accounts[id] with { Version = Accounts[id].Version + 1 });
        List<Hold> begun = [.. _begun.Select(id => Holds[id])], ended = [.. _ended.Select(id => Holds[id])];
        var entries = _unwritten;
        _unwritten = [];
        _changed.Clear();
        _begun.Clear();
        _ended.Clear();
        return (changed, entries, begun, ended);
    }

    public void Forget()
    {
        Accounts.Clear();
        Holds.Clear();
        _entries.Clear();
        _unwritten = [];
        _changed.Clear();
        _begun.Clear();
        _ended.Clear();
    }
}
