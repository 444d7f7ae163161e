using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>An operator takes recipients out, and lets them in again.</summary>
internal sealed class ChangeBlocks(ConsentMemory memory, TimeProvider time)
{
    /// <summary>Blocks, or changes kind and reason; at most <see cref="ChangeConsent.Most"/>, each recipient once.</summary>
    public void Set(Tx tx, string tenantId, IReadOnlyList<(string Recipient, BlockKind Kind, string Reason)> blocks)
    {
        Invariant.Holds(blocks.Count is > 0 and <= ChangeConsent.Most);
        var sequence = OptOutStore.NextSequence(tx);
        var now = time.NowMicros();
        var rows = blocks.Select(b => new BlockRow
        {
            TenantId = tenantId,
            Recipient = b.Recipient,
            Kind = (long)b.Kind,
            Active = 1,
            Reason = b.Reason,
            ChangedAt = now,
            Sequence = sequence,
        }).ToList();
        Write(tx, sequence, rows);
    }

    /// <summary>False when the recipient was not blocked.</summary>
    public bool Remove(Tx tx, string tenantId, string recipient)
    {
        var sequence = OptOutStore.NextSequence(tx);
        if (BlockStore.Find(tx, tenantId, recipient) is not { Active: not 0 } row) return false;
        Write(tx, sequence, [row with { Active = 0, ChangedAt = time.NowMicros(), Sequence = sequence }]);
        return true;
    }

    private void Write(Tx tx, long sequence, IReadOnlyList<BlockRow> rows)
    {
        BlockStore.Upsert(tx, rows);
        tx.AfterCommit(() => memory.Committed(sequence, [], rows));
    }
}
