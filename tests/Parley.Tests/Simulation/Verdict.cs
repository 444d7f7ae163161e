using System.Text.Json.Nodes;
using Dapper;
using Parley.Ledger;
using Parley.Platform;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>
/// When nothing is left to do: the bank's and the clients' money, the suppliers' sales, the books and what was answered
/// and told must agree with what is recorded, or the difference must stand among the exceptions.
/// </summary>
internal sealed class Verdict(World world)
{
    private readonly List<Sale> _sales =
        [.. world.Database.Ask(c => PurchaseQueries.Newest(c, null, 1_000)).OrderBy(s => s.Purchase.Id)];

    private readonly ILookup<string, MarketException> _exceptions =
        world.Database.Ask(c => MarketExceptions.List(c, true, 1_000)).ToLookup(e => e.PurchaseId);

    public void Pass()
    {
        foreach (var sale in _sales)
        {
            Write(sale);
            Ended(sale);
            Money(sale);
            Vends(sale);
            Heard(sale);
            Told(sale);
        }
        foreach (var buyer in world.Buyers)
            new BuyerVerdict(world, buyer, _sales.FirstOrDefault(s => s.Purchase.ClientRef == buyer.Ref)).Pass();
        var left = world.Database.Ask(c =>
            c.Query<string>("SELECT kind || ' ' || key FROM jobs ORDER BY kind, key").ToList());
        if (left.Count > 0) world.Find($"jobs are left: {string.Join(", ", left)}");
        Books();
    }

    private void Write(Sale sale)
    {
        var (p, s) = sale;
        world.Trail.Write(
            "in the end",
            $"{p.ClientRef} {p.Reference} {s.At} {s.Told} {s.Code} {s.ReserveRef} {s.SupplierId} {s.Attempt} "
            + string.Join(", ", _exceptions[p.Id].Select(e => e.Kind).Order(StringComparer.Ordinal)));
    }

    private void Ended(Sale sale)
    {
        var (p, s) = sale;
        if (!s.IsFinal) Find(sale, $"has not ended: {s.At}");
        var silent = s.At is PurchaseState.Refused or PurchaseState.ReserveDeclined;
        if (s.Told != (silent ? ResultState.None : ResultState.Acked)) Find(sale, $"{s.At} is told {s.Told}");
        if (_exceptions[p.Id].Any(e => e.ResolvedAt is null)) Find(sale, "an exception is open");
        if (s.Attempt > PurchaseSteps.MostAttempts) Find(sale, $"was vended {s.Attempt} times");
    }

    private void Money(Sale sale)
    {
        var (p, s) = sale;
        var hold = world.Money.Holds.GetValueOrDefault(p.GivenReserveRef ?? p.Reference);
        if (hold is not null && hold.Amount != p.Amounts.Reserve)
            Find(sale, $"{hold.Amount} were held instead of {p.Amounts.Reserve}");
        var fits = s.At switch
        {
            PurchaseState.Succeeded => hold is { State: "debited" },
            PurchaseState.ReserveDeclined => hold is null,
            PurchaseState.Refused => hold is not { State: "debited" },
            _ => hold is null or { State: "released" },
        };
        if (!fits) Find(sale, $"is {s.At}, and the money is {hold?.State ?? "nowhere"}");
    }

    private void Vends(Sale sale)
    {
        var (p, s) = sale;
        var vends = world.Suppliers.Vends.Values
            .Where(v => v.Reference.StartsWith(p.Reference, StringComparison.Ordinal)).ToList();
        foreach (var vend in vends) world.Suppliers.Settle(vend.Reference);
        var noted = _exceptions[p.Id].Any(e => e.Kind == MarketException.Discrepancy);
        var counts = s.At == PurchaseState.Succeeded ? p.AttemptReference(s.Attempt) : "";
        foreach (var vend in vends)
        {
            if (vend.Amount != p.Amounts.Vend) Find(sale, $"{vend.Reference} is over {vend.Amount}");
            var excused = noted || world.Suppliers.LiedOf.Contains(vend.Reference);
            if (vend.Fate == Fate.Sold && vend.Reference != counts && !excused)
                Find(sale, $"ends as {s.At} with attempt {s.Attempt}, and {vend.Reference} was sold");
        }
        if (counts.Length > 0 && !world.Suppliers.LiedOf.Contains(counts)
            && !vends.Any(v => v.Reference == counts && v.Fate == Fate.Sold && v.Supplier == s.SupplierId))
            Find(sale, $"succeeded, and {counts} was not sold by {s.SupplierId}");
    }

    /// <summary>What nodes heard and could see to be a contradiction is noted, and nothing else is.</summary>
    private void Heard(Sale sale)
    {
        var (p, s) = sale;
        var counts = s.At == PurchaseState.Succeeded ? p.AttemptReference(s.Attempt) : "";
        var (success, against) = (false, false);
        foreach (var (reference, outcome) in world.Suppliers.Heard)
        {
            if (!reference.StartsWith(p.Reference, StringComparison.Ordinal)) continue;
            if (outcome == VendOutcome.Success && reference != counts) against = true;
            if (reference != counts) continue;
            success |= outcome == VendOutcome.Success;
            against |= success && outcome is VendOutcome.Declined or VendOutcome.Retryable;
        }
        var noted = _exceptions[p.Id].Any(e => e.Kind == MarketException.Discrepancy);
        if (against && !noted) Find(sale, "was contradicted, and nobody is told");
        var lied = world.Suppliers.LiedOf.Any(r => r.StartsWith(p.Reference, StringComparison.Ordinal));
        if (noted && !lied && s.At != PurchaseState.ReserveUnknown)
            Find(sale, $"has a discrepancy without reason: {_exceptions[p.Id].First().Detail}");
    }

    private void Told(Sale sale)
    {
        var (p, s) = sale;
        var told = world.Money.Told.GetValueOrDefault(p.Reference) ?? [];
        if (told.Distinct().Count() > 1) Find(sale, $"was told differently: {string.Join(" and ", told.Distinct())}");
        if ((told.Count > 0) != (s.Told != ResultState.None)) Find(sale, $"is {s.Told}, told {told.Count} times");
        if (told.Count == 0) return;
        var body = JsonNode.Parse(told[0])!;
        if ((string?)body["responseCode"] != s.Code || (string?)body["transactionStatus"] != s.Status
            || (long)body["settlementAmount"]! != p.Amounts.Settlement
            || (string?)body["reserveFundsTxnRef"] != s.ReserveRef)
            Find(sale, $"was told as {told[0]}");
        var reference = p.AttemptReference(s.Attempt);
        var token = s.At == PurchaseState.Succeeded ? $"T-{reference}" : null;
        if ((string?)body["token"] != token && !world.Suppliers.LiedOf.Contains(reference))
            Find(sale, $"was told with another token: {told[0]}");
    }

    private void Books()
    {
        var check = SimDatabase.Wait(() => new BookCheck(world.Database.Database).Run(CancellationToken.None));
        foreach (var finding in check.Findings) world.Find(finding);
        var sold = _sales.Where(s => s.Progress.At == PurchaseState.Succeeded).ToList();
        Stands(SaleBooks.ClientAccount(Wares.ClientId, "NGN"), sold.Sum(s => s.Purchase.Amounts.Settlement));
        Stands(SaleBooks.IncomeAccount("NGN"), sold.Sum(s => s.Purchase.Amounts.Gross));
        var reserved = sold.Where(s => s.Purchase.IsReserving).Sum(s => s.Purchase.Amounts.Reserve);
        Stands(SaleBooks.BankAccount(Wares.SourceId, "NGN"), reserved);
        Stands(SaleBooks.BuyersAccount("NGN"), reserved);
        foreach (var supplier in (string[])["one", "two", "small"])
            Stands(
                SaleBooks.SupplierAccount(supplier, "NGN"),
                -sold.Where(s => s.Progress.SupplierId == supplier).Sum(s => s.Purchase.Amounts.ToSupplier));
    }

    private void Stands(string account, long posted)
    {
        var balance = SimDatabase.Wait(() =>
            new Books(world.Database.Database, TimeProvider.System).Find(account, CancellationToken.None));
        if ((balance?.Posted ?? 0) != posted || (balance?.Held ?? 0) != 0)
            world.Find($"{account} stands at {balance?.Posted}, {balance?.Held} held, instead of {posted}");
    }

    private void Find(Sale sale, string what) => world.Find($"{sale.Purchase.ClientRef} {what}");
}
