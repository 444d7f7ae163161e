using System.Collections.Concurrent;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>A sale in the books: a hold before each vend, captured with the outcome or voided (docs/decisions/0011-purchases.md).</summary>
internal sealed class SaleBooks(Books books)
{
    private readonly ConcurrentDictionary<(string Account, long? Limit), bool> _open = new();

    /// <summary>What the client owes us.</summary>
    public static string ClientAccount(long clientId, string currency) => $"market:client:{clientId}:{currency}";

    /// <summary>What lies at the supplier.</summary>
    public static string SupplierAccount(string supplierId, string currency) =>
        $"market:supplier:{supplierId}:{currency}";

    /// <summary>What stays with us.</summary>
    public static string IncomeAccount(string currency) => $"market:income:{currency}";

    /// <summary>Where a supplier's float comes from.</summary>
    public static string TreasuryAccount(string currency) => $"market:treasury:{currency}";

    /// <summary>Sets the supplier's part aside.</summary>
    public HoldOutcome Hold(Tx tx, Purchase purchase, Supplier supplier, long attempt)
    {
        Open(tx, ClientAccount(purchase.ClientId, purchase.Currency), purchase.Currency, Side.Debit, null);
        Open(tx, IncomeAccount(purchase.Currency), purchase.Currency, Side.Credit, null);
        var account = SupplierAccount(supplier.Id, purchase.Currency);
        Open(tx, account, purchase.Currency, Side.Debit, supplier.FloatLimit);
        if (purchase.Amounts.ToSupplier == 0) return HoldOutcome.Held;
        var client = ClientAccount(purchase.ClientId, purchase.Currency);
        var hold = Transfer.Hold(HoldId(purchase, attempt), client, account, purchase.Amounts.ToSupplier)
            with
        { Reason = "purchase", Reference = purchase.Id };
        var posted = books.Post(tx, [hold])[0];
        if (posted.Ok) return HoldOutcome.Held;
        if (posted.Refusal!.Code == LedgerRefusals.IdReused) return HoldOutcome.Taken;
        Invariant.Holds(posted.Refusal.Code == LedgerRefusals.FundsInsufficient);
        return HoldOutcome.NoRoom;
    }

    /// <summary>The attempt ended: sold, or not.</summary>
    public void End(Tx tx, Purchase purchase, long attempt, bool sold)
    {
        List<Transfer> transfers = [];
        var (id, amounts) = (HoldId(purchase, attempt), purchase.Amounts);
        if (amounts.ToSupplier > 0)
            transfers.Add(sold ? Transfer.Capture($"{id}:sold", id) : Transfer.Void($"{id}:not", id));
        var (client, income) = (ClientAccount(purchase.ClientId, purchase.Currency), IncomeAccount(purchase.Currency));
        if (sold && amounts.Gross > 0) transfers.Add(Transfer.Move($"{id}:gross", client, income, amounts.Gross));
        if (sold && amounts.Gross < 0) transfers.Add(Transfer.Move($"{id}:gross", income, client, -amounts.Gross));
        var posted = books.Post(tx,
            [.. transfers.Select(t => t with { Reason = "purchase", Reference = purchase.Id })]);
        Invariant.Holds(posted.All(p => p.Ok));
    }

    /// <summary>Money was sent to a supplier; a repeat under the same reference changes nothing.</summary>
    public Posted Deposit(Tx tx, Supplier supplier, string currency, long amount, string reference)
    {
        var account = SupplierAccount(supplier.Id, currency);
        Open(tx, account, currency, Side.Debit, supplier.FloatLimit);
        Open(tx, TreasuryAccount(currency), currency, Side.Credit, null);
        return books.Post(tx,
            [Transfer.Move($"market:float:{reference}", account, TreasuryAccount(currency), amount)])[0];
    }

    private static string HoldId(Purchase purchase, long attempt) => $"market:{purchase.Id}:{attempt}";

    /// <summary>Opens the account when this process hasn't seen it, and keeps its limit what is provisioned.</summary>
    private void Open(Tx tx, string id, string currency, Side side, long? limit)
    {
        if (_open.ContainsKey((id, limit))) return;
        var open = books.Open(tx, [new Account { Id = id, Currency = currency, Side = side, Overdraft = limit }])[0];
        Invariant.Holds(open.Ok);
        if (open.Value.Overdraft != limit) books.SetOverdraft(tx, id, limit);
        tx.AfterCommit(() =>
        {
            foreach (var known in _open.Keys.Where(k => k.Account == id)) _open.TryRemove(known, out _);
            _open[(id, limit)] = true;
        });
    }
}

/// <summary>What became of setting a supplier's part aside.</summary>
internal enum HoldOutcome
{
    Held,

    /// <summary>The supplier's float has no room.</summary>
    NoRoom,

    /// <summary>The attempt has been begun before, with another supplier: whoever asks knows old things.</summary>
    Taken,
}
