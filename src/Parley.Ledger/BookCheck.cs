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
/// the writers, as they stood when it began.
/// </summary>
public sealed class BookCheck(Database database)
{
    /// <summary>Checks everything.</summary>
    public Task<BookCheckResult> Run(CancellationToken cancel) => database.Read(connection =>
    {
        connection.Execute(database.Dialect.BeginSnapshot);
        try
        {
            return Check(connection, cancel);
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }, cancel);

    private static BookCheckResult Check(DbConnection connection, CancellationToken cancel)
    {
        var rebuilt = new Rebuild();
        var balances = LedgerStore.AllAccounts(connection);
        foreach (var balance in balances) rebuilt.Open(balance.Account);
        long entries = 0;
        foreach (var entry in LedgerStore.All(connection))
        {
            cancel.ThrowIfCancellationRequested();
            rebuilt.Take(entry);
            entries++;
        }
        foreach (var balance in balances) rebuilt.Compare(balance);
        foreach (var hold in LedgerStore.AllHolds(connection)) rebuilt.Compare(hold);
        rebuilt.End();
        return new(balances.Count, entries, rebuilt.Findings);
    }
}
