using Parley.Platform.Storage;

namespace Parley.Ledger;

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
        foreach (var id in ids)
            if (under.Entry(id) is { } mine) run.Known[id] = mine;
        // Else unique ids are the database's to guard: the insert says so.
        if (careful)
            foreach (var entry in LedgerStore.Entries(tx, ids.Distinct())) run.Known[entry.Id] = entry;
        // A query writes out what this transaction has posted before, and its accounts are then one version on.
        foreach (var id in accounts)
            if (under.Accounts.TryGetValue(id, out var mine)) run.Accounts[id] = mine;
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
