using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>Sums over the transactions of one currency and one status, in minor units.</summary>
internal sealed record SettlementSum(string Currency, string Status)
{
    public long Count { get; init; }

    public long Purchase { get; init; }

    public long Fee { get; init; }

    public long Reserve { get; init; }

    public long Vend { get; init; }

    public long ClientShare { get; init; }

    /// <summary>What the client owes us for them: nothing for those that failed.</summary>
    public long Settlement { get; init; }

    /// <summary>The suppliers' discount on what was sold; not the client's business.</summary>
    public long Discount { get; init; }

    /// <summary>What we owe the suppliers for what was sold; not the client's business.</summary>
    public long ToSupplier { get; init; }

    /// <summary>What stays with us; not the client's business.</summary>
    public long Gross { get; init; }

    public SettlementSum With(Sale sale)
    {
        var amounts = sale.Purchase.Amounts;
        var sold = sale.Progress.At == PurchaseState.Succeeded;
        return checked(this with
        {
            Count = Count + 1,
            Purchase = Purchase + amounts.Purchase,
            Fee = Fee + amounts.Fee,
            Reserve = Reserve + amounts.Reserve,
            Vend = Vend + amounts.Vend,
            ClientShare = ClientShare + amounts.ClientShare,
            Settlement = Settlement + SettlementTotals.Settled(sale),
            Discount = Discount + (sold ? amounts.Discount : 0),
            ToSupplier = ToSupplier + (sold ? amounts.ToSupplier : 0),
            Gross = Gross + (sold ? amounts.Gross : 0),
        });
    }
}

/// <summary>The sums of a day, per currency and status, in that order.</summary>
internal sealed class SettlementTotals
{
    private readonly SortedDictionary<(string Currency, string Status), SettlementSum> _sums = new(
        Comparer<(string Currency, string Status)>.Create((a, b) =>
            string.CompareOrdinal(a.Currency, b.Currency) is not 0 and var order
                ? order : -string.CompareOrdinal(a.Status, b.Status)));

    public IReadOnlyCollection<SettlementSum> Sums => _sums.Values;

    public long Count => _sums.Values.Sum(s => s.Count);

    /// <summary>What a sale settles: only a success does (contract marketplace §8).</summary>
    public static long Settled(Sale sale) =>
        sale.Progress.At == PurchaseState.Succeeded ? sale.Purchase.Amounts.Settlement : 0;

    public void Take(Sale sale)
    {
        var key = (sale.Purchase.Currency, sale.Progress.Status);
        if (!_sums.TryGetValue(key, out var sum)) sum = new(key.Currency, key.Status);
        _sums[key] = sum.With(sale);
    }
}
