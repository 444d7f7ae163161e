using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Products;

/// <summary>Every statement about the catalogue.</summary>
public static class MarketEntryStore
{
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

    public static IReadOnlyList<MarketEntry> All(Tx tx) => tx.Query<MarketEntry>(AllSql);

    public static IReadOnlyList<MarketEntry> All(DbConnection connection) => [.. connection.Query<MarketEntry>(AllSql)];

    public static void Upsert(Tx tx, IReadOnlyList<MarketEntry> entries) => tx.Insert(UpsertEntries, entries);

    public static void Delete(Tx tx, IReadOnlyList<MarketEntry> entries) => tx.Delete(DeleteEntries, entries);
}
