using System.Data.Common;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A line with what was found out about it.</summary>
/// <param name="Key">Our name for what it is about; theirs where we know nothing of it.</param>
/// <param name="Line">The line.</param>
/// <param name="Finding">How it relates to our record.</param>
internal sealed record ComparedLine(string Key, StatementLine Line, Finding Finding);

/// <summary>Finds the purchases that lines of a statement are about, and compares.</summary>
internal sealed class CompareLines(Catalogue catalogue)
{
    public IReadOnlyList<ComparedLine> Run(
        DbConnection connection, StatementHead head, IReadOnlyList<StatementLine> lines)
    {
        var sales = head.IsBank ? OfBank(connection, head, lines) : OfSupplier(connection, lines);
        return [.. lines.Select(line =>
        {
            var sale = sales.GetValueOrDefault(line.Reference);
            var key = sale is null ? line.Reference
                : head.IsBank ? sale.Purchase.Reference : line.Reference.ToLowerInvariant();
            return new ComparedLine(key, line, StatementMatch.Of(head, line, sale));
        })];
    }

    private static Dictionary<string, Sale> OfSupplier(DbConnection connection, IReadOnlyList<StatementLine> lines)
    {
        var named = lines.Select(l => l.Reference).Distinct()
            .Select(r => (Reference: r, StatementMatch.AttemptOf(r)?.Id)).Where(n => n.Id is not null).ToList();
        var found = ReconciliationStore.Sales(connection, [.. named.Select(n => n.Id!).Distinct()])
            .ToDictionary(s => s.Purchase.Id);
        return named.Where(n => found.ContainsKey(n.Id!)).ToDictionary(n => n.Reference, n => found[n.Id!]);
    }

    /// <summary>A bank names a sale by our reference, or by its own of the reservation.</summary>
    private Dictionary<string, Sale> OfBank(
        DbConnection connection, StatementHead head, IReadOnlyList<StatementLine> lines)
    {
        var references = lines.Select(l => l.Reference).Distinct().ToList();
        var clients = catalogue.ClientsOf(int.Parse(head.Party, null));
        var reserved = ReconciliationStore.Reservations(connection, clients, references)
            .GroupBy(r => r.Reference).ToDictionary(g => g.Key, g => g.First().PurchaseId);
        var named = references.Select(r => (Reference: r, Id: Wire.IdOf(r.ToLowerInvariant()))).ToList();
        var found = ReconciliationStore
            .Sales(connection, [.. named.Select(n => n.Id).OfType<string>().Concat(reserved.Values).Distinct()])
            .ToDictionary(s => s.Purchase.Id);
        Dictionary<string, Sale> sales = [];
        foreach (var (reference, id) in named)
            if ((id is not null && found.TryGetValue(id, out var sale))
                || (reserved.TryGetValue(reference, out var other) && found.TryGetValue(other, out sale)))
                sales[reference] = sale;
        return sales;
    }
}
