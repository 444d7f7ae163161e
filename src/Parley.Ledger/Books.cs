using System.Runtime.CompilerServices;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>
/// Money: double entry only. Every operation takes a list. Those without a transaction share the next commit with all
/// that waits, and have ended when it is on disk; those with one become part of it.
/// </summary>
public sealed class Books
{
    private const int MostCached = 100_000;

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly LedgerCache _cache;
    private readonly ConditionalWeakTable<Tx, TxBooks> _under = [];
    private readonly PostQueue _queue;

    /// <summary>Opens nothing; the tables are made by the migrations of this assembly.</summary>
    public Books(Database database, TimeProvider time)
    {
        (_database, _time, _cache) = (database, time, new(MostCached, time));
        _queue = new PostQueue(database, Run);
    }

    /// <summary>Posts a list in one commit, shared with whatever else waits; the answers stand in its order.</summary>
    /// <exception cref="StorageOverloaded">Too many writes wait: nothing was posted.</exception>
    public async Task<IReadOnlyList<Posted>> Post(IReadOnlyList<Transfer> transfers, CancellationToken cancel) =>
        transfers.Count == 0 ? [] : await _queue.Add(transfers).WaitAsync(cancel);

    /// <summary>
    /// Posts a list as part of a transaction under way; the answers stand in its order, and hold once the transaction
    /// has committed.
    /// Bring all that a transaction posts at once: a list costs the same few statements as one transfer.
    /// </summary>
    public IReadOnlyList<Posted> Post(Tx tx, IReadOnlyList<Transfer> transfers) =>
        transfers.Count == 0 ? [] : Run(tx, [transfers])[0];

    /// <summary>Opens accounts; one that is open already with the same properties is answered as it is.</summary>
    public Task<IReadOnlyList<Result<Account>>> Open(IReadOnlyList<Account> accounts, CancellationToken cancel) =>
        _database.Transact(tx => Open(tx, accounts), cancel);

    /// <summary>
    /// Opens accounts as part of a transaction under way; the overdraft and name of an open account may differ, and
    /// stay.
    /// </summary>
    public IReadOnlyList<Result<Account>> Open(Tx tx, IReadOnlyList<Account> accounts)
    {
        var now = _time.NowMicros();
        var sound = accounts.Where(a => PostingRules.Form(a) is null).DistinctBy(a => a.Id)
            .OrderBy(a => a.Id, StringComparer.Ordinal).ToList();
        LedgerStore.Open(tx, [.. sound.Select(a => (a, now))]);
        var open = LedgerStore.Accounts(tx, sound.Select(a => a.Id), locked: false)
            .ToDictionary(b => b.Account.Id, b => b.Account);
        return [.. accounts.Select(account => Opened(account, open))];
    }

    /// <summary>Changes how far an account may be overdrawn; null for no limit. What it owes already stays.</summary>
    public void SetOverdraft(Tx tx, string accountId, long? overdraft)
    {
        LedgerStore.SetOverdraft(tx, accountId, overdraft);
        if (_under.TryGetValue(tx, out var under)) under.Accounts.Remove(accountId);
        // Whoever remembers the old version, here or on another node, loses against it and reads again.
        tx.AfterCommit(_cache.Forget);
    }

    /// <summary>Where an account stands, as last committed; null when there is none.</summary>
    public Task<Balance?> Find(string accountId, CancellationToken cancel) =>
        _database.Read(connection => LedgerStore.Account(connection, accountId), cancel);

    /// <summary>Where an account stands, as this transaction sees it.</summary>
    public static Balance? Find(Tx tx, string accountId) =>
        LedgerStore.Accounts(tx, [accountId], locked: false).FirstOrDefault();

    /// <summary>Where a hold stands; null when there is none.</summary>
    public Task<Hold?> FindHold(string holdId, CancellationToken cancel) =>
        _database.Read(connection => LedgerStore.Hold(connection, holdId), cancel);

    /// <summary>What stands in the books under an id; null when nothing does.</summary>
    public Task<Entry?> FindEntry(string transferId, CancellationToken cancel) =>
        _database.Read(connection => LedgerStore.Entry(connection, transferId), cancel);

    /// <summary>
    /// Ends the holds whose time has come, at most <paramref name="most"/>; answers how many rows it looked at.
    /// </summary>
    public async Task<int> ExpireHolds(int most, CancellationToken cancel)
    {
        var due = await _database.Read(connection => LedgerStore.Due(connection, _time.NowMicros(), most), cancel);
        if (due.Count == 0) return 0;
        await _database.Transact(tx =>
        {
            // Captured or voided meanwhile, or expired by another node: the books refuse, and the row has served. Only a clock that
            // was set back says that its time has not come yet.
            var posted = Post(tx, [.. due.Select(h => Transfer.Expire(h.Id))]);
            LedgerStore.Forget(tx, [.. due.Where((_, i) => posted[i].Refusal?.Code != LedgerRefusals.TimeInvalid)]);
        }, cancel);
        return due.Count;
    }

    private Posted[][] Run(Tx tx, IReadOnlyList<IReadOnlyList<Transfer>> lists)
    {
        var under = _under.GetValue(tx, static _ => new TxBooks());
        // Whatever is taken back, what was built on it is forgotten.
        tx.OnRollback(() =>
        {
            under.Forget();
            _cache.Forget();
        });
        var loading = new Loading(tx, under, _cache);
        var now = _time.NowMicros();
        var careful = _cache.Careful;
        var answers = Evaluate(loading, lists, now, careful, out var run);
        // Only a clean result may rest on memory: a write is checked by the versions, a refusal would not be.
        if (!careful && answers.Any(list => list.Any(a => a.Outcome != Outcome.Done)))
            answers = Evaluate(loading, lists, now, true, out run);
        if (run.Entries.Count == 0) return answers;
        if (under.IsWritten) tx.Later(() => Write(tx, under));
        under.Keep(run);
        return answers;
    }

    /// <summary>All that the transaction has posted so far: an account that changed often is written once.</summary>
    private void Write(Tx tx, TxBooks under)
    {
        var (changed, entries, begun, ended) = under.Take();
        LedgerStore.Write(tx, changed, entries, begun, ended);
        tx.AfterCommit(() =>
        {
            _cache.Keep(changed, begun);
            _cache.Keep([], ended);
        });
    }

    private static Posted[][] Evaluate(
        Loading loading, IReadOnlyList<IReadOnlyList<Transfer>> lists, long now, bool careful, out PostingRun run)
    {
        run = new PostingRun(now, guessed: !careful);
        loading.Fill(run, lists, careful);
        var answers = new Posted[lists.Count][];
        for (var i = 0; i < lists.Count; i++)
        {
            var list = lists[i] as Transfer[] ?? [.. lists[i]];
            answers[i] = new Posted[list.Length];
            for (int from = 0, to = 0; from < list.Length; from = to)
            {
                do to++;
                while (to < list.Length && list[to - 1].Linked);
                run.Apply(list.AsSpan(from..to), answers[i].AsSpan(from..to));
            }
        }
        return answers;
    }

    private static Result<Account> Opened(Account account, Dictionary<string, Account> open)
    {
        if (PostingRules.Form(account) is { } malformed) return malformed;
        var stands = open[account.Id];
        if (stands.Currency == account.Currency && stands.Side == account.Side) return stands;
        return LedgerRefusals.Of(
            LedgerRefusals.AccountDiffers, "An account with this id and another currency or side is open.", account.Id);
    }
}
