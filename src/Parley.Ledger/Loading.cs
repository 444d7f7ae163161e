using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>What one transaction has changed so far; later lists of it build on that.</summary>
internal sealed class TxBooks
{
    public Dictionary<string, Balance> Accounts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);

    public void Keep(IEnumerable<Balance> accounts, IEnumerable<Hold> begun, IEnumerable<Hold> ended)
    {
        foreach (var account in accounts) Accounts[account.Account.Id] = account;
        foreach (var hold in begun) Holds[hold.Id] = hold;
        foreach (var hold in ended) Holds[hold.Id] = hold;
    }

    public void Forget()
    {
        Accounts.Clear();
        Holds.Clear();
    }
}

/// <summary>
/// Gets a run what it needs: from this transaction, from the node's memory, and what is left from the database.
/// Carefully
/// means: nothing from memory, rows locked, ids looked up.
/// </summary>
internal sealed class Loading(Tx tx, TxBooks under, LedgerCache cache)
{
    public void Fill(PostingRun run, IReadOnlyList<IReadOnlyList<Transfer>> lists, bool careful)
    {
        List<string> ids = [];
        HashSet<string> accounts = new(StringComparer.Ordinal), holds = new(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            foreach (var transfer in list)
            {
                if (PostingRules.Form(transfer) is not null) continue;
                ids.Add(transfer.Id);
                if (transfer.HoldId is { } hold) holds.Add(hold);
                if (transfer.Debit.Length > 0) accounts.Add(transfer.Debit);
                if (transfer.Credit.Length > 0) accounts.Add(transfer.Credit);
            }
        }
        Holds(run, holds, careful);
        foreach (var hold in run.Holds.Values)
        {
            accounts.Add(hold.Debit);
            accounts.Add(hold.Credit);
        }
        Accounts(run, accounts, careful);
        // Ended holds may have ended while their accounts were waited for.
        if (careful && tx.Dialect.SeveralWriters) Holds(run, holds, careful);
        // Unique ids are the database's to guard when several write (the insert says so); a single writer looks first.
        if (careful || !tx.Dialect.SeveralWriters)
            foreach (var entry in LedgerStore.Entries(tx, ids.Distinct())) run.Known[entry.Id] = entry;
    }

    private void Accounts(PostingRun run, HashSet<string> ids, bool careful)
    {
        List<string> missing = [];
        foreach (var id in ids)
        {
            if (under.Accounts.TryGetValue(id, out var mine)) run.Accounts[id] = mine;
            else if (!careful && cache.Account(id) is { } known) run.Accounts[id] = known;
            else missing.Add(id);
        }
        foreach (var balance in LedgerStore.Accounts(tx, missing, locked: true))
            run.Accounts[balance.Account.Id] = balance;
    }

    private void Holds(PostingRun run, HashSet<string> ids, bool careful)
    {
        List<string> missing = [];
        foreach (var id in ids)
        {
            if (under.Holds.TryGetValue(id, out var mine)) run.Holds[id] = mine;
            else if (!careful && cache.Hold(id) is { } known) run.Holds[id] = known;
            else missing.Add(id);
        }
        foreach (var hold in LedgerStore.Holds(tx, missing)) run.Holds[hold.Id] = hold;
    }
}
