using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>One line of an account's statement.</summary>
/// <param name="Entry">What was booked.</param>
/// <param name="Debited">True when the account was debited.</param>
/// <param name="Moved">What it changed of the balance on the account's own side; 0 for holds, voids and expiries.</param>
/// <param name="Posted">The balance after it.</param>
/// <param name="Held">What holds may take after it.</param>
public sealed record StatementLine(Entry Entry, bool Debited, long Moved, long Posted, long Held);

/// <summary>The totals of one currency; debits and credits are equal in books that balance.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Accounts">How many accounts.</param>
/// <param name="Debits">Sum of the balances of accounts that stand on the debit side.</param>
/// <param name="Credits">Sum of the balances of accounts that stand on the credit side.</param>
public sealed record TrialBalanceLine(string Currency, int Accounts, decimal Debits, decimal Credits);

/// <summary>Where an account stood at a moment.</summary>
/// <param name="Posted">The balance on its own side.</param>
/// <param name="Held">What holds could take.</param>
/// <param name="At">When its last entry up to then was booked, in microseconds UTC; 0 when there was none.</param>
public sealed record PastBalance(long Posted, long Held, long At);

/// <summary>What moved on an account for one reason in a span of time.</summary>
/// <param name="Reason">The transfers' reason.</param>
/// <param name="Entries">How many moved money.</param>
/// <param name="Amount">What they changed of the balance on the account's own side, in minor units.</param>
public sealed record Movement(string Reason, long Entries, long Amount);

/// <summary>Reads the books.</summary>
public sealed class BookReports(Database database)
{
    private const int AtOnce = 1_000;

    /// <summary>Accounts in the order of their ids, after an id, at most 1,000.</summary>
    public Task<IReadOnlyList<Balance>> Accounts(string after, int most, CancellationToken cancel) =>
        database.Read(connection => LedgerStore.Accounts(connection, after, Math.Clamp(most, 1, AtOnce)), cancel);

    /// <summary>Accounts whose ids begin with a text, at most 1,000.</summary>
    public Task<IReadOnlyList<Balance>> AccountsOf(string prefix, CancellationToken cancel) =>
        database.Read(connection => LedgerStore.AccountsOf(connection, prefix, AtOnce), cancel);

    /// <summary>Where an account stands, as a connection sees it; null when there is no such account.</summary>
    public static Balance? Find(System.Data.Common.DbConnection connection, string accountId) =>
        LedgerStore.Account(connection, accountId);

    /// <summary>Where an account stood at a moment (microseconds UTC), entries of that moment included; null when there is no such account.</summary>
    public Task<PastBalance?> BalanceAt(string accountId, long at, CancellationToken cancel) =>
        database.Read(connection =>
    {
        if (LedgerStore.Account(connection, accountId) is null) return null;
        if (LedgerStore.LastEntry(connection, accountId, at) is not { } last) return new PastBalance(0, 0, 0);
        return last.Debit == accountId
            ? new PastBalance(last.DebitPosted, last.DebitHeld, last.At)
            : new PastBalance(last.CreditPosted, last.CreditHeld, last.At);
    }, cancel);

    /// <summary>
    /// An account's entries after one moment and up to another (microseconds UTC) with the running balance, at most 1,000; go on from the
    /// last line's moment. Null when there is no such account.
    /// </summary>
    public Task<IReadOnlyList<StatementLine>?> Statement(
        string accountId, long after, long until, int most, CancellationToken cancel) =>
        database.Read<IReadOnlyList<StatementLine>?>(connection =>
        {
            if (LedgerStore.Account(connection, accountId) is not { } account) return null;
            var entries = LedgerStore.Statement(connection, accountId, after, until, Math.Clamp(most, 1, AtOnce));
            return [.. entries.Select(entry => Line(account.Account, entry))];
        }, cancel);

    /// <summary>
    /// What moved on an account from one moment (included) until another (not), in microseconds UTC, by reason. Empty also when there is
    /// no such account.
    /// </summary>
    public Task<IReadOnlyList<Movement>> Moved(string accountId, long from, long until, CancellationToken cancel) =>
        database.Read<IReadOnlyList<Movement>>(connection =>
        {
            if (LedgerStore.Account(connection, accountId) is not { } account) return [];
            var grows = account.Account.Side == Ledger.Side.Debit ? 1 : -1;
            return [.. LedgerStore.Moved(connection, accountId, from, until)
                .Select(m => new Movement(m.Reason, m.Entries, grows * m.Amount))];
        }, cancel);

    /// <summary>What stands in the books under ids, at most 10,000; ids that nothing stands under are left out.</summary>
    public Task<IReadOnlyList<Entry>> Entries(IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        Invariant.Holds(ids.Count <= 10_000);
        return database.Read<IReadOnlyList<Entry>>(connection => [.. LedgerStore.Entries(connection, ids)], cancel);
    }

    /// <summary>The sums of all balances now, per currency.</summary>
    public Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel) =>
        database.Read<IReadOnlyList<TrialBalanceLine>>(connection => [.. LedgerStore.AllAccounts(connection)
            .GroupBy(b => b.Account.Currency, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new TrialBalanceLine(
                g.Key, g.Count(), g.Sum(b => Side(b, debit: true)), g.Sum(b => Side(b, debit: false))))], cancel);

    private static decimal Side(Balance balance, bool debit)
    {
        var net = (decimal)balance.Debits - balance.Credits;
        return debit ? Math.Max(net, 0) : Math.Max(-net, 0);
    }

    private static StatementLine Line(Account account, Entry entry)
    {
        var debited = entry.Debit == account.Id;
        var moved = entry.Kind is TransferKind.Move or TransferKind.Capture ? entry.Amount : 0;
        return debited
            ? new(entry, true, account.Side == Ledger.Side.Debit ? moved : -moved, entry.DebitPosted, entry.DebitHeld)
            : new(
                entry, false, account.Side == Ledger.Side.Credit ? moved : -moved, entry.CreditPosted, entry.CreditHeld);
    }
}
