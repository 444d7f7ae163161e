using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>The SQL of what messages were charged.</summary>
public static class ChargeStore
{
    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string TenantId { get; init; } = "";

        public long Charged { get; init; }
    }

    /// <summary>What each tenant's messages were charged in all, returned charges left out; a read of all messages.</summary>
    public static Dictionary<string, long> Totals(DbConnection connection) => connection.Query<Row>(
        """
        SELECT tenant_id AS TenantId, CAST(sum(charged) AS bigint) AS Charged
        FROM messages WHERE charged > 0 GROUP BY tenant_id
        """).ToDictionary(row => row.TenantId, row => row.Charged);

    /// <summary>What was charged of these, where it may be given back; the rows stay locked.</summary>
    internal static List<MessageReturn> Returnable(Tx tx, string[] ids) => [.. tx.Query<Row>(
        $"""
        SELECT id AS Id, tenant_id AS TenantId, charged AS Charged FROM messages
        WHERE {tx.Dialect.Among("id", "@ids")} AND charged > 0 AND charge_kept = 0 ORDER BY id {tx.Dialect.ForUpdate}
        """,
        new { ids }).Select(row => new MessageReturn(row.Id, row.TenantId, row.Charged))];

    internal static void Return(Tx tx, string[] ids) =>
        tx.Execute($"UPDATE messages SET charged = 0 WHERE {tx.Dialect.Among("id", "@ids")}", new { ids });

    /// <summary>These may have left: what they cost is never given back.</summary>
    internal static void Keep(Tx tx, string[] ids) =>
        tx.Execute($"UPDATE messages SET charge_kept = 1 WHERE {tx.Dialect.Among("id", "@ids")}", new { ids });
}
