using Parley.Platform;

namespace Parley.Ledger;

/// <summary>
/// Applies transfers one after the other, in memory, to what was loaded; what comes out is written at once. It may be
/// thrown away and done again on fresher rows.
/// </summary>
/// <param name="now">Microseconds UTC.</param>
/// <param name="guessed">The accounts may be older than the holds: then what can't be is refused, not broken.</param>
internal sealed class PostingRun(long now, bool guessed = false)
{
    private readonly List<(string Id, Balance Before)> _undo = [];
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Hold> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Hold> _ended = new(StringComparer.Ordinal);

    /// <summary>The accounts as loaded, then as changed; what is absent does not exist.</summary>
    public Dictionary<string, Balance> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>The holds as loaded, then as changed.</summary>
    public Dictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries that stood in the books under the ids asked for.</summary>
    public Dictionary<string, Entry> Known { get; } = new(StringComparer.Ordinal);

    public List<Entry> Entries { get; } = [];

    /// <summary>The holds that it made, as they stand at its end.</summary>
    public IEnumerable<Hold> Begun => _begun.Keys.Select(id => Holds[id]);

    /// <summary>The earlier holds that it ended.</summary>
    public IReadOnlyCollection<Hold> Ended => _ended.Values;

    /// <summary>The changed balances, of the version that they build on.</summary>
    public IEnumerable<Balance> Changed => _changed.Select(id => Accounts[id]);

    /// <summary>Transfers that stand or fall together; most often one.</summary>
    public void Apply(ReadOnlySpan<Transfer> group, Span<Posted> answers)
    {
        var mark = Entries.Count;
        _undo.Clear();
        var failed = group[^1].Linked ? group.Length - 1 : -1;
        if (failed >= 0)
            answers[failed] = Refused(group[failed], LedgerRefusals.Of(
                LedgerRefusals.LinkedOpen, "The last transfer of a list is linked to nothing."));
        for (var i = 0; i < group.Length && failed < 0; i++)
        {
            answers[i] = One(group[i]);
            // A chain that is in the books in part is another chain under the same ids.
            var mixed = i > 0 && answers[i].Outcome != answers[0].Outcome;
            if (answers[i].Outcome == Outcome.Refused) failed = i;
            else if (mixed) answers[failed = i] = Refused(group[i], Reused(group[i]));
        }
        if (failed < 0) return;
        TakeBack(mark);
        for (var i = 0; i < group.Length; i++)
        {
            if (i == failed) continue;
            answers[i] = Refused(group[i], LedgerRefusals.Of(
                LedgerRefusals.LinkedFailed, "Another transfer of the linked chain was refused.", group[failed].Id));
        }
    }

    private void TakeBack(int mark)
    {
        for (var i = _undo.Count - 1; i >= 0; i--) Accounts[_undo[i].Id] = _undo[i].Before;
        for (var i = Entries.Count - 1; i >= mark; i--)
        {
            var entry = Entries[i];
            _made.Remove(entry.Id);
            if (entry.Kind == TransferKind.Hold)
            {
                _begun.Remove(entry.Id);
                Holds.Remove(entry.Id);
            }
            else if (entry.HoldId is { } ended)
            {
                _ended.Remove(ended);
                if (Holds.TryGetValue(ended, out var hold)) Holds[ended] = hold with { State = HoldState.Open };
            }
        }
        Entries.RemoveRange(mark, Entries.Count - mark);
    }

    private Posted One(Transfer transfer)
    {
        if (PostingRules.Form(transfer) is { } malformed) return Refused(transfer, malformed);
        Hold? hold = null;
        if (transfer.HoldId is { } holdId && !Holds.TryGetValue(holdId, out hold))
            return Refused(transfer, LedgerRefusals.Of(LedgerRefusals.HoldUnknown, "There is no such hold.", holdId));
        if (Known.TryGetValue(transfer.Id, out var stands) || _made.TryGetValue(transfer.Id, out stands))
        {
            return PostingRules.Same(transfer, stands, hold)
                ? new(transfer.Id, Outcome.Repeated, stands.At, null)
                : Refused(transfer, Reused(transfer));
        }
        if (hold is not null && PostingRules.Ends(transfer, hold, now) is { } ended) return Refused(transfer, ended);
        var (debitId, creditId) = hold is null ? (transfer.Debit, transfer.Credit) : (hold.Debit, hold.Credit);
        if (!Accounts.TryGetValue(debitId, out var debit)) return Refused(transfer, Unknown(debitId));
        if (!Accounts.TryGetValue(creditId, out var credit)) return Refused(transfer, Unknown(creditId));
        if (PostingRules.Pair(transfer, debit, credit, now) is { } refusal) return Refused(transfer, refusal);
        return Book(transfer, hold, debit, credit);
    }

    private Posted Book(Transfer transfer, Hold? hold, Balance debit, Balance credit)
    {
        var at = Math.Max(transfer.At ?? now, Math.Max(debit.LastAt, credit.LastAt) + 1);
        var amount = transfer.Kind is TransferKind.Void or TransferKind.Expire ? 0 : transfer.Amount ?? hold!.Amount;
        var moves = transfer.Kind is TransferKind.Move or TransferKind.Capture ? amount : 0;
        var held = transfer.Kind == TransferKind.Hold ? amount : -(hold?.Amount ?? 0);
        var debited = debit with { Debits = debit.Debits + moves, HeldDebits = debit.HeldDebits + held, LastAt = at };
        var credited =
            credit with { Credits = credit.Credits + moves, HeldCredits = credit.HeldCredits + held, LastAt = at };
        if (guessed && (debited.HeldDebits < 0 || credited.HeldCredits < 0))
            return Refused(transfer, LedgerRefusals.Of(
                LedgerRefusals.HoldUnknown, "The hold is newer than what is known of its accounts.", hold!.Id));
        Invariant.Holds(debited.HeldDebits >= 0 && credited.HeldCredits >= 0);
        var entry = new Entry
        {
            Id = transfer.Id,
            Kind = transfer.Kind,
            Debit = debit.Account.Id,
            Credit = credit.Account.Id,
            Amount = amount,
            HoldId = transfer.HoldId,
            ExpiresAt = transfer.ExpiresAt,
            Reason = transfer.Reason,
            Reference = transfer.Reference,
            At = at,
            DebitPosted = debited.Posted,
            DebitHeld = debited.Held,
            CreditPosted = credited.Posted,
            CreditHeld = credited.Held,
        };
        entry = entry with { Chain = Chain.After(debit.Chain, credit.Chain, entry) };
        Put(debit, debited with { Chain = entry.Chain });
        Put(credit, credited with { Chain = entry.Chain });
        Entries.Add(_made[entry.Id] = entry);
        if (transfer.Kind == TransferKind.Hold)
            _begun[entry.Id] = Holds[entry.Id] = new(
                entry.Id, entry.Debit, entry.Credit, amount, entry.ExpiresAt, HoldState.Open);
        else if (hold is not null) End(hold, transfer.Kind);
        return new(entry.Id, Outcome.Done, at, null);
    }

    private void End(Hold hold, TransferKind by)
    {
        var state = by switch
        {
            TransferKind.Capture => HoldState.Captured,
            TransferKind.Void => HoldState.Voided,
            _ => HoldState.Expired,
        };
        Holds[hold.Id] = hold with { State = state };
        if (!_begun.ContainsKey(hold.Id)) _ended[hold.Id] = Holds[hold.Id];
    }

    private void Put(Balance before, Balance after)
    {
        _undo.Add((before.Account.Id, before));
        Accounts[before.Account.Id] = after;
        _changed.Add(before.Account.Id);
    }

    private static Refusal Unknown(string id) =>
        LedgerRefusals.Of(LedgerRefusals.AccountUnknown, "There is no such account.", id);

    private static Refusal Reused(Transfer transfer) =>
        LedgerRefusals.Of(LedgerRefusals.IdReused, "The id stands in the books with other content.", transfer.Id);

    private static Posted Refused(Transfer transfer, Refusal refusal) => new(transfer.Id, Outcome.Refused, 0, refusal);
}
