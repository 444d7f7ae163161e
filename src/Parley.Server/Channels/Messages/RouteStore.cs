using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>The routes as provisioned.</summary>
public static class RouteStore
{
    private const string AllSql =
        """
        SELECT id AS Id, tenant_id AS TenantId, sender AS Sender, prefix AS Prefix, priority AS Priority, weight AS Weight, carrier_id AS CarrierId
        FROM routes ORDER BY id
        """;

    private static readonly BulkInsert<Route> UpsertRoutes = new(
        "routes",
        "id text, tenant_id text, sender text, prefix text, priority int, weight int, carrier_id text",
        static (row, route) =>
        {
            row.Text(route.Id);
            row.Text(route.TenantId);
            row.Text(route.Sender);
            row.Text(route.Prefix);
            row.Int(route.Priority);
            row.Int(route.Weight);
            row.Text(route.CarrierId);
        },
        """
        ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id, sender = excluded.sender, prefix = excluded.prefix,
          priority = excluded.priority, weight = excluded.weight, carrier_id = excluded.carrier_id
        """);

    private static readonly BulkDelete<string> DeleteRoutes = new(
        "routes", "id text", "routes.id = v.id", static (row, id) => row.Text(id));

    /// <summary>Every route, by name.</summary>
    public static IReadOnlyList<Route> All(DbConnection connection) => [.. connection.Query<Row>(AllSql).Select(r => r.ToRoute())];

    public static IReadOnlyList<Route> All(Tx tx) => [.. tx.Query<Row>(AllSql).Select(r => r.ToRoute())];

    public static void Upsert(Tx tx, IReadOnlyList<Route> routes) => tx.Insert(UpsertRoutes, routes);

    public static void Delete(Tx tx, IReadOnlyList<string> ids) => tx.Delete(DeleteRoutes, ids);

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string? TenantId { get; init; }

        public string? Sender { get; init; }

        public string Prefix { get; init; } = "";

        public long Priority { get; init; }

        public long Weight { get; init; }

        public string CarrierId { get; init; } = "";

        public Route ToRoute() => new(Id, TenantId, Sender, Prefix, (int)Priority, (int)Weight, CarrierId);
    }
}
