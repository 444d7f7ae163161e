using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Products;

/// <summary>
/// Every statement about the catalogue. Who holds secrets (clients, funding sources, suppliers) is stored sealed whole, so that
/// no secret that is added one day is forgotten; the sandbox world's entries hold none.
/// </summary>
public sealed class MarketEntryStore(SecretBox box)
{
    private const string SealedMark = "sealed:";

    private const string AllSql =
        "SELECT kind AS Kind, id AS Id, body AS Body, demo AS Demo FROM market_entries ORDER BY kind, id";

    private static readonly BulkInsert<MarketEntry> UpsertEntries = new(
        "market_entries", "kind text, id text, body text, demo int",
        static (row, entry) =>
        {
            row.Text(entry.Kind);
            row.Text(entry.Id);
            row.Text(entry.Body);
            row.Int(entry.Demo);
        },
        "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, demo = excluded.demo");

    private static readonly BulkDelete<MarketEntry> DeleteEntries = new(
        "market_entries", "kind text, id text", "market_entries.kind = v.kind AND market_entries.id = v.id",
        static (row, entry) =>
        {
            row.Text(entry.Kind);
            row.Text(entry.Id);
        });

    /// <exception cref="CryptographicException">An entry was sealed under another key; the message names it.</exception>
    public IReadOnlyList<MarketEntry> All(Tx tx) => [.. tx.Query<MarketEntry>(AllSql).Select(Open)];

    /// <exception cref="CryptographicException">An entry was sealed under another key; the message names it.</exception>
    public IReadOnlyList<MarketEntry> All(DbConnection connection) =>
        [.. connection.Query<MarketEntry>(AllSql).Select(Open)];

    public void Upsert(Tx tx, IReadOnlyList<MarketEntry> entries) =>
        tx.Insert(UpsertEntries, [.. entries.Select(e => HoldsSecrets(e) ? Seal(e) : e)]);

    public void Delete(Tx tx, IReadOnlyList<MarketEntry> entries) => tx.Delete(DeleteEntries, entries);

    /// <summary>Seals what stands readable since before entries were sealed.</summary>
    public void SealReadable(Tx tx)
    {
        var readable = tx.Query<MarketEntry>(AllSql).Where(e => HoldsSecrets(e) && !IsSealed(e)).ToList();
        if (readable.Count > 0) tx.Insert(UpsertEntries, [.. readable.Select(Seal)]);
    }

    private static bool HoldsSecrets(MarketEntry entry) => entry.Demo == 0
        && entry.Kind is not (MarketEntry.Type or MarketEntry.Vendor or MarketEntry.Product or MarketEntry.Terms
            or MarketEntry.Operator);

    private static bool IsSealed(MarketEntry entry) => entry.Body.StartsWith(SealedMark, StringComparison.Ordinal);

    private static string About(MarketEntry entry) => $"market_entries/{entry.Kind}/{entry.Id}";

    private MarketEntry Seal(MarketEntry entry) =>
        entry with { Body = SealedMark + Convert.ToBase64String(box.Seal(entry.Body, About(entry))) };

    private MarketEntry Open(MarketEntry entry)
    {
        if (!IsSealed(entry)) return entry;
        try
        {
            var bytes = Convert.FromBase64String(entry.Body[SealedMark.Length..]);
            return entry with { Body = box.OpenText(bytes, About(entry)) };
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            throw new CryptographicException(
                $"The marketplace's {entry.Kind} {entry.Id} can't be opened: it was sealed under another key than "
                + "Marketplace:SecretKey (or the file market-secret-key in Storage:Folder), or somebody changed it.",
                error);
        }
    }
}
