using Parley.Ledger;
using Parley.Platform;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>
/// Holds the transactions of a client's day against the books: each must have moved on the client's account what the file says, and nothing
/// else may have moved there as a purchase. A sale is booked in the commit that makes it final, yet the two clocks are read one after the
/// other: at midnight it may be booked on the next day, so the neighbourhood of the day is looked at, too.
/// </summary>
internal sealed class SettlementBooks(BookReports reports, long clientId, SettlementDay day)
{
    /// <summary>How far the moments of outcome and booking may lie apart, in microseconds.</summary>
    public static readonly long Apart = 10 * Micros.PerMinute;

    private readonly Dictionary<string, long> _inDay = new(StringComparer.Ordinal);

    /// <summary>The first purchase of which books and file differ, in words; null when they agree.</summary>
    public async Task<string?> Compare(IReadOnlyList<Sale> sales, CancellationToken cancel)
    {
        var ids = sales.SelectMany(s => SaleBooks.MoneyOf(s.Purchase, s.Progress.Attempt)).ToList();
        var entries = (await reports.Entries(ids, cancel)).ToDictionary(e => e.Id, StringComparer.Ordinal);
        foreach (var sale in sales)
        {
            var account = SaleBooks.ClientAccount(clientId, sale.Purchase.Currency);
            long moved = 0;
            foreach (var id in SaleBooks.MoneyOf(sale.Purchase, sale.Progress.Attempt))
            {
                if (!entries.TryGetValue(id, out var entry)) continue;
                var amount = entry.Debit == account ? entry.Amount : entry.Credit == account ? -entry.Amount : 0;
                moved += amount;
                if (entry.At >= day.From && entry.At < day.Until)
                    _inDay[sale.Purchase.Currency] = _inDay.GetValueOrDefault(sale.Purchase.Currency) + amount;
            }
            var settled = SettlementTotals.Settled(sale);
            if (moved != settled)
                return $"purchase {sale.Purchase.Reference} settles {settled} {sale.Purchase.Currency}, "
                    + $"but {moved} stands on {account}";
        }
        return null;
    }

    /// <summary>After all sales: an account on which something else moved than they, in words; null when there is none.</summary>
    public async Task<string?> Rest(CancellationToken cancel)
    {
        var accounts = await reports.AccountsOf(SaleBooks.ClientAccount(clientId, ""), cancel);
        foreach (var account in accounts.Select(a => a.Account))
        {
            var moved = await reports.Moved(account.Id, day.From, day.Until, cancel);
            var booked = moved.FirstOrDefault(m => m.Reason == SaleBooks.Reason)?.Amount ?? 0;
            var known = _inDay.GetValueOrDefault(account.Currency);
            if (booked != known)
                return $"purchases moved {booked} {account.Currency} on {account.Id}, but those known moved {known}";
        }
        return null;
    }
}
