using System.Collections.Concurrent;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>A sale in the books: a hold before each vend, captured with the outcome or voided (docs/decisions/0011-purchases.md).</summary>
internal sealed class SaleBooks(Books books)
{
    /// <summary>The reason of a sale's transfers.</summary>
    public const string Reason = "purchase";

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

    /// <summary>What a bank holds and has debited for sales whose money it was asked to reserve.</summary>
    public static string BankAccount(long fundingSourceId, string currency) =>
        $"market:bank:{fundingSourceId}:{currency}";

    /// <summary>What buyers pay at their banks: the other side of <see cref="BankAccount"/>.</summary>
    public static string BuyersAccount(string currency) => $"market:buyers:{currency}";

    /// <summary>The ids under which an attempt moves money on the client's account, when it sells.</summary>
    public static IReadOnlyList<string> MoneyOf(Purchase purchase, long attempt)
    {
        var id = HoldId(purchase, attempt);
        return [$"{id}:sold", $"{id}:gross"];
    }

    /// <summary>Sets the supplier's part aside.</summary>
    public HoldOutcome Hold(Tx tx, Purchase purchase, Supplier supplier, long attempt)
    {
        Open(tx, ClientAccount(purchase.ClientId, purchase.Currency), purchase.Currency, Side.Debit, null);
        Open(tx, IncomeAccount(purchase.Currency), purchase.Currency, Side.Credit, null);
        var account = SupplierAccount(supplier.Id, purchase.Currency);
        Open(tx, account, purchase.Currency, Side.Debit, supplier.FloatLimit);
        var (client, toSupplier) = (ClientAccount(purchase.ClientId, purchase.Currency), purchase.Amounts.ToSupplier);
        List<Transfer> transfers = [];
        if (attempt == 1 && purchase.FundingSourceId is { } source)
            transfers.Add(BankHold(tx, purchase, source) with { Linked = toSupplier > 0 });
        if (toSupplier > 0) transfers.Add(Transfer.Hold(HoldId(purchase, attempt), client, account, toSupplier));
        var posted = Post(tx, purchase, transfers);
        if (posted.All(p => p.Ok)) return HoldOutcome.Held;
        if (posted.Any(p => p.Refusal?.Code == LedgerRefusals.IdReused)) return HoldOutcome.Taken;
        Invariant.Holds(posted[^1].Refusal!.Code == LedgerRefusals.FundsInsufficient);
        return HoldOutcome.NoRoom;
    }

    /// <summary>The attempt ended: sold, or not. What the bank holds ends with the purchase, not with an attempt.</summary>
    public void End(Tx tx, Purchase purchase, long attempt, bool sold, bool final)
    {
        List<Transfer> transfers = [];
        var (id, amounts) = (HoldId(purchase, attempt), purchase.Amounts);
        if (amounts.ToSupplier > 0)
            transfers.Add(sold ? Transfer.Capture($"{id}:sold", id) : Transfer.Void($"{id}:not", id));
        var (client, income) = (ClientAccount(purchase.ClientId, purchase.Currency), IncomeAccount(purchase.Currency));
        if (sold && amounts.Gross > 0) transfers.Add(Transfer.Move($"{id}:gross", client, income, amounts.Gross));
        if (sold && amounts.Gross < 0) transfers.Add(Transfer.Move($"{id}:gross", income, client, -amounts.Gross));
        if (final && purchase.FundingSourceId is not null) transfers.Add(BankEnd(purchase, sold));
        Ended(Post(tx, purchase, transfers));
    }

    /// <summary>The purchase failed between two attempts: what the bank holds is released.</summary>
    public void Release(Tx tx, Purchase purchase)
    {
        if (purchase.FundingSourceId is not null) Ended(Post(tx, purchase, [BankEnd(purchase, sold: false)]));
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

    private static Transfer BankEnd(Purchase purchase, bool sold)
    {
        var id = BankHoldId(purchase);
        return sold ? Transfer.Capture($"{id}:debited", id) : Transfer.Void($"{id}:released", id);
    }

    // A purchase that an earlier version began has no hold of its bank in the books.
    private static void Ended(IReadOnlyList<Posted> posted) =>
        Invariant.Holds(posted.All(p => p.Ok || (p.Refusal!.Code == LedgerRefusals.HoldUnknown
            && p.Id.Contains(":bank:", StringComparison.Ordinal))));

    private Transfer BankHold(Tx tx, Purchase purchase, long source)
    {
        var (bank, buyers) = (BankAccount(source, purchase.Currency), BuyersAccount(purchase.Currency));
        Open(tx, bank, purchase.Currency, Side.Debit, null);
        Open(tx, buyers, purchase.Currency, Side.Credit, null);
        return Transfer.Hold(BankHoldId(purchase), bank, buyers, purchase.Amounts.Reserve);
    }

    private IReadOnlyList<Posted> Post(Tx tx, Purchase purchase, IReadOnlyList<Transfer> transfers) =>
        books.Post(tx, [.. transfers.Select(t => t with { Reason = Reason, Reference = purchase.Id })]);

    private static string BankHoldId(Purchase purchase) => $"market:{purchase.Id}:bank";

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
