namespace Parley.Ledger;

/// <summary>The books once more, from nothing but the transfers.</summary>
internal sealed class Rebuild
{
    private const int MostFindings = 100;

    private readonly Dictionary<string, Balance> _accounts = new(StringComparer.Ordinal);

    /// <summary>Holds that no entry has ended yet, as their rows have them.</summary>
    private readonly Dictionary<string, Hold> _open = new(StringComparer.Ordinal);

    /// <summary>The running balances of each account's latest entry, as the entry has them.</summary>
    private readonly Dictionary<string, (long Posted, long Held)> _said = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (decimal Debits, decimal Credits)> _sums = new(StringComparer.Ordinal);
    private readonly List<string> _findings = [];

    public IReadOnlyList<string> Findings => _findings;

    public void Open(Account account) => _accounts[account.Id] = new Balance { Account = account };

    /// <summary>The next entry, with the row of the hold that it made or ended.</summary>
    public void Take(Entry entry, Hold? stored)
    {
        if (!_accounts.TryGetValue(entry.Debit, out var debit) || !_accounts.TryGetValue(entry.Credit, out var credit))
        {
            Find($"transfer {entry.Id} names an account that does not exist");
            return;
        }
        if (debit.Account.Currency != credit.Account.Currency) Find($"transfer {entry.Id} joins two currencies");
        if (entry.At <= debit.LastAt || entry.At <= credit.LastAt)
            Find($"transfer {entry.Id} is not later than the entry before it");
        var moves = entry.Kind is TransferKind.Move or TransferKind.Capture ? entry.Amount : 0;
        var held = Held(entry, stored);
        debit = debit with { Debits = debit.Debits + moves, HeldDebits = debit.HeldDebits + held, LastAt = entry.At };
        credit = credit with { Credits = credit.Credits + moves, HeldCredits = credit.HeldCredits + held, LastAt = entry.At };
        if (!Follows(debit, Side.Debit, moves, held, entry.DebitPosted, entry.DebitHeld)
            | !Follows(credit, Side.Credit, moves, held, entry.CreditPosted, entry.CreditHeld))
            Find($"transfer {entry.Id}: the running balances are not what the transfers before it give");
        var expected = Chain.After(_accounts[entry.Debit].Chain, _accounts[entry.Credit].Chain, entry);
        if (!expected.AsSpan().SequenceEqual(entry.Chain)) Find($"transfer {entry.Id}: the chain is broken here");
        _accounts[entry.Debit] = debit with { Chain = entry.Chain };
        _accounts[entry.Credit] = credit with { Chain = entry.Chain };
    }

    /// <summary>
    /// True when the running balances of an entry are those of the entry before it and what it moved. One row that was changed shows there,
    /// and not at all that follow.
    /// </summary>
    private bool Follows(Balance account, Side booked, long moves, long held, long posted, long heldAfter)
    {
        var (id, side) = (account.Account.Id, account.Account.Side);
        var before = _said.GetValueOrDefault(id);
        _said[id] = (posted, heldAfter);
        return posted == before.Posted + (side == booked ? moves : -moves)
            && heldAfter == before.Held + (side == booked ? 0 : held);
    }

    public void Compare(Balance stored)
    {
        var balance = _accounts[stored.Account.Id];
        if ((balance.Debits, balance.Credits, balance.HeldDebits, balance.HeldCredits)
            != (stored.Debits, stored.Credits, stored.HeldDebits, stored.HeldCredits))
            Find($"account {stored.Account.Id}: the stored balance is not what the transfers give");
        if (balance.LastAt != stored.LastAt || !balance.Chain.AsSpan().SequenceEqual(stored.Chain))
            Find($"account {stored.Account.Id}: its last entry is missing or was changed");
        var sum = _sums.GetValueOrDefault(stored.Account.Currency);
        _sums[stored.Account.Currency] = (sum.Debits + stored.Debits, sum.Credits + stored.Credits);
    }

    public void End(IReadOnlyList<string> ofNobody)
    {
        foreach (var hold in ofNobody) Find($"hold {hold} has no transfer");
        foreach (var hold in _open.Values)
            if (hold.State != HoldState.Open) Find($"hold {hold.Id}: it is not what the transfers give");
        foreach (var (currency, sum) in _sums)
            if (sum.Debits != sum.Credits) Find($"{currency}: the balances do not sum to zero");
    }

    private long Held(Entry entry, Hold? stored)
    {
        if (entry.Kind == TransferKind.Move) return 0;
        if (entry.Kind == TransferKind.Hold)
        {
            var made = new Hold(
                entry.Id, entry.Debit, entry.Credit, entry.Amount, entry.ExpiresAt, stored?.State ?? HoldState.Open);
            if (stored is null) Find($"hold {entry.Id} is missing");
            else if (made != stored) Find($"hold {entry.Id}: it is not what the transfers give");
            _open[entry.Id] = made;
            return entry.Amount;
        }
        if (!_open.Remove(entry.HoldId ?? "", out var hold))
        {
            Find($"transfer {entry.Id} ends a hold that does not exist or had ended");
            return 0;
        }
        if (entry.Amount > hold.Amount) Find($"transfer {entry.Id} captures more than the hold");
        var state = entry.Kind switch
        {
            TransferKind.Capture => HoldState.Captured,
            TransferKind.Void => HoldState.Voided,
            _ => HoldState.Expired,
        };
        if (stored is not null && stored.State != state)
            Find($"hold {hold.Id}: it is not what the transfers give");
        return -hold.Amount;
    }

    private void Find(string what)
    {
        if (_findings.Count < MostFindings) _findings.Add(what);
    }
}
