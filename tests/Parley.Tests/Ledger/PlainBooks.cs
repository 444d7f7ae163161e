using Parley.Ledger;

namespace Parley.Tests.Ledger;

/// <summary>The books as one would write them without a database: the model that the real ones are held against.</summary>
internal sealed class PlainBooks(IReadOnlyDictionary<string, long?> overdrafts)
{
    private readonly Dictionary<string, Transfer> _done = [];

    public Dictionary<string, long> Posted { get; } = overdrafts.ToDictionary(o => o.Key, _ => 0L);

    public Dictionary<string, long> Held { get; } = overdrafts.ToDictionary(o => o.Key, _ => 0L);

    public Dictionary<string, (Transfer By, HoldState State)> Holds { get; } = [];

    /// <summary>Null for done, "repeated", or the refusal's code.</summary>
    public string?[] Post(IReadOnlyList<Transfer> list, long now)
    {
        var answers = new string?[list.Count];
        for (int from = 0, to = 0; from < list.Count; from = to)
        {
            do to++;
            while (to < list.Count && list[to - 1].Linked);
            Chain(list, from, to, answers, now);
        }
        return answers;
    }

    private void Chain(IReadOnlyList<Transfer> list, int from, int to, string?[] answers, long now)
    {
        var (done, posted, held, holds) = (_done.ToList(), Posted.ToList(), Held.ToList(), Holds.ToList());
        var failed = -1;
        if (list[to - 1].Linked) (failed, answers[to - 1]) = (to - 1, LedgerRefusals.LinkedOpen);
        for (var i = from; i < to && failed < 0; i++)
        {
            answers[i] = One(list[i], now);
            if (answers[i] is not (null or "repeated")) failed = i;
            else if (answers[i] != answers[from]) (failed, answers[i]) = (i, LedgerRefusals.IdReused);
        }
        if (failed < 0) return;
        for (var i = from; i < to; i++)
            if (i != failed) answers[i] = LedgerRefusals.LinkedFailed;
        Restore(_done, done);
        Restore(Posted, posted);
        Restore(Held, held);
        Restore(Holds, holds);
    }

    private string? One(Transfer t, long now)
    {
        if (t.HoldId is not null && !Holds.ContainsKey(t.HoldId)) return LedgerRefusals.HoldUnknown;
        var hold = t.HoldId is null ? default : Holds[t.HoldId];
        if (_done.TryGetValue(t.Id, out var before))
        {
            var whole = before.Amount ?? hold.By?.Amount;
            var same = before.Kind == t.Kind && before.Debit == t.Debit && before.Credit == t.Credit
                && before.HoldId == t.HoldId && before.ExpiresAt == t.ExpiresAt
                    && whole == (t.Amount ?? hold.By?.Amount);
            return same ? "repeated" : LedgerRefusals.IdReused;
        }
        if (t.HoldId is not null)
        {
            if (hold.State == HoldState.Captured) return LedgerRefusals.HoldCaptured;
            if (hold.State == HoldState.Voided) return LedgerRefusals.HoldVoided;
            if (hold.State == HoldState.Expired || hold.By.ExpiresAt <= now) return LedgerRefusals.HoldExpired;
            if (t.Amount > hold.By.Amount) return LedgerRefusals.CaptureTooLarge;
            _done[t.Id] = t;
            Held[hold.By.Debit] -= hold.By.Amount!.Value;
            if (t.Kind == TransferKind.Capture) Move(hold.By.Debit, hold.By.Credit, t.Amount ?? hold.By.Amount.Value);
            Holds[t.HoldId] = (hold.By, t.Kind == TransferKind.Capture ? HoldState.Captured : HoldState.Voided);
            return null;
        }
        if (t.Debit == t.Credit) return LedgerRefusals.SameAccount;
        if (Posted[t.Debit] - Held[t.Debit] + overdrafts[t.Debit] < t.Amount) return LedgerRefusals.FundsInsufficient;
        _done[t.Id] = t;
        if (t.Kind == TransferKind.Move) Move(t.Debit, t.Credit, t.Amount!.Value);
        else
        {
            Held[t.Debit] += t.Amount!.Value;
            Holds[t.Id] = (t, HoldState.Open);
        }
        return null;
    }

    public void Expire(long now)
    {
        foreach (var (id, hold) in Holds.ToList())
        {
            if (hold.State != HoldState.Open || !(hold.By.ExpiresAt <= now)) continue;
            Held[hold.By.Debit] -= hold.By.Amount!.Value;
            Holds[id] = (hold.By, HoldState.Expired);
        }
    }

    private void Move(string debit, string credit, long amount)
    {
        Posted[debit] -= amount;
        Posted[credit] += amount;
    }

    private static void Restore<T>(Dictionary<string, T> now, List<KeyValuePair<string, T>> before)
    {
        now.Clear();
        foreach (var (key, value) in before) now[key] = value;
    }
}
