using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// Gives back what messages cost that ended and never left (docs/decisions/0012-messaging-credit.md), in the flush that
/// writes their end.
/// </summary>
internal static class ReturnCharges
{
    /// <param name="tx">The flush.</param>
    /// <param name="run">Its steps, their rows written.</param>
    /// <param name="credit">Who books.</param>
    public static void Write(Tx tx, StepRun run, Credit credit)
    {
        // First what may have left: a message that is both keeps its charge.
        if (run.MayHaveLeft is { } doubtful) ChargeStore.Keep(tx, [.. doubtful]);
        if (run.Unsent is not { } unsent) return;
        // The look also tells which rows were written: another node may have been faster with some of them.
        var rows = ChargeStore.Returnable(tx, [.. unsent.Keys]);
        var returned = rows.Where(r => unsent[r.Id].Saved).ToList();
        if (returned.Count == 0) return;
        ChargeStore.Return(tx, [.. returned.Select(r => r.Id)]);
        credit.Accounts.Return(tx, returned);
        tx.AfterCommit(() =>
        {
            foreach (var one in returned) unsent[one.Id].Message = unsent[one.Id].Message with { Charged = 0 };
        });
    }
}
