using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>What an operator sees of blocked and delisted recipients, and what he does about them.</summary>
internal sealed class BlockAdministration(Database database, ChangeBlocks change)
{
    public Task<IReadOnlyList<BlockRow>> Page(BlockQuery query, CancellationToken cancel) =>
        database.Read(connection => BlockStore.Page(connection, query), cancel);

    /// <summary>Blocks a recipient for a tenant, or (empty) for all.</summary>
    public Task Set(string tenantId, string recipient, BlockKind kind, string reason, CancellationToken cancel) =>
        database.Transact(tx => change.Set(tx, tenantId, [(recipient, kind, reason)]), cancel);

    /// <summary>False when the recipient was not blocked.</summary>
    public Task<bool> Remove(string tenantId, string recipient, CancellationToken cancel) =>
        database.Transact(tx => change.Remove(tx, tenantId, recipient), cancel);

    /// <summary>Takes lines <c>recipient[,kind[,reason]]</c>; a line without kind blocks.</summary>
    public Task<Imported> Import(string tenantId, string text, CancellationToken cancel) =>
        new ImportRun<(string Recipient, BlockKind Kind, string Reason)>(
            text, ChangeConsent.Most, Read,
            blocks =>
            {
                // The last line of a recipient counts; one statement takes each row once.
                var each = blocks.GroupBy(b => b.Recipient).Select(g => g.Last()).ToList();
                return database.Transact(tx =>
                {
                    change.Set(tx, tenantId, each);
                    return each.Count;
                }, cancel);
            }).Run();

    /// <summary>A kind by its word; null when it is none.</summary>
    public static BlockKind? KindOf(string? word) => word?.ToLowerInvariant() switch
    {
        null or "" or "blocked" => BlockKind.Blocked,
        "delisted" => BlockKind.Delisted,
        _ => null,
    };

    private static Result<(string Recipient, BlockKind Kind, string Reason)> Read(List<string> values)
    {
        if (values.Count > 3) return Bad("is not recipient[,kind[,reason]]");
        if (ConsentCsv.Recipient(values[0]) is not { } recipient) return Bad("has no number in international format");
        if (KindOf(values.ElementAtOrDefault(1)) is not { } kind) return Bad("is neither blocked nor delisted");
        var reason = values.ElementAtOrDefault(2) ?? "";
        return reason.Length > OptOutAdministration.LongestNote
            ? Bad($"has a reason longer than {OptOutAdministration.LongestNote} characters")
            : (recipient, kind, reason);
    }

    private static Refusal Bad(string what) => new("block.line-bad", what);
}
