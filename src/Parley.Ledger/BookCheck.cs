using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>What a check found.</summary>
/// <param name="Accounts">Accounts compared.</param>
/// <param name="Entries">Entries read.</param>
/// <param name="Findings">What is wrong, at most 100; empty for sound books.</param>
public sealed record BookCheckResult(long Accounts, long Entries, IReadOnlyList<string> Findings)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool Sound => Findings.Count == 0;
}

/// <summary>
/// Rebuilds every balance and hold from the transfers, compares, and follows the chain. It reads all of the books, beside
/// the writers, as they stood when it began; what it keeps in memory are the accounts and the holds that are open.
/// </summary>
public sealed class BookCheck(Database database)
{
    // It reads and sorts everything: the next one waits.
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Checks everything; one at a time.</summary>
    public async Task<BookCheckResult> Run(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            return await database.Read(connection => Run(connection, database.Dialect, cancel), cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Checks everything over a connection that is in no transaction.</summary>
    public static BookCheckResult Run(DbConnection connection, Dialect dialect, CancellationToken cancel)
    {
        if (dialect.SortOnDisk.Length > 0) connection.Execute(dialect.SortOnDisk);
        connection.Execute(dialect.BeginSnapshot);
        try
        {
            return Check(connection, cancel);
        }
        finally
        {
            connection.Execute("COMMIT");
            if (dialect.SortAsUsual.Length > 0) connection.Execute(dialect.SortAsUsual);
        }
    }

    private static BookCheckResult Check(DbConnection connection, CancellationToken cancel)
    {
        var rebuilt = new Rebuild();
        var balances = LedgerStore.AllAccounts(connection);
        foreach (var balance in balances) rebuilt.Open(balance.Account);
        long entries = 0;
        foreach (var (entry, hold) in LedgerStore.All(connection))
        {
            cancel.ThrowIfCancellationRequested();
            rebuilt.Take(entry, hold);
            entries++;
        }
        foreach (var balance in balances) rebuilt.Compare(balance);
        rebuilt.End(LedgerStore.HoldsOfNobody(connection));
        return new(balances.Count, entries, rebuilt.Findings);
    }
}
