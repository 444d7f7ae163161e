using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Billing;

/// <summary>A price list as it is stored; two equal ones need no write.</summary>
public sealed record PriceListRow
{
    public string Id { get; init; } = "";

    public string Settings { get; init; } = "";

    public static PriceListRow Of(PriceList list) => new() { Id = list.Id, Settings = list.ToJson() };

    public PriceList ToList() => PriceList.Parse(Settings);
}

/// <summary>The price lists as provisioned.</summary>
public static class PriceListStore
{
    private const string AllSql = "SELECT id AS Id, settings AS Settings FROM price_lists ORDER BY id";

    private static readonly BulkInsert<PriceListRow> UpsertLists = new(
        "price_lists", "id text, settings text",
        static (row, list) =>
        {
            row.Text(list.Id);
            row.Text(list.Settings);
        },
        "ON CONFLICT (id) DO UPDATE SET settings = excluded.settings");

    private static readonly BulkDelete<string> DeleteLists = new(
        "price_lists", "id text", "price_lists.id = v.id", static (row, id) => row.Text(id));

    public static IReadOnlyList<PriceList> All(DbConnection connection) =>
        [.. connection.Query<PriceListRow>(AllSql).Select(row => row.ToList())];

    public static IReadOnlyList<PriceListRow> All(Tx tx) => tx.Query<PriceListRow>(AllSql);

    public static void Upsert(Tx tx, IReadOnlyList<PriceListRow> lists) => tx.Insert(UpsertLists, lists);

    public static void Delete(Tx tx, IReadOnlyList<string> ids) => tx.Delete(DeleteLists, ids);
}
