using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.SmppServer;

/// <summary>The SQL of what SMPP clients are owed.</summary>
internal static class SmppDeliveryStore
{
    private const string Columns =
        """
        id AS Id, integration_id AS IntegrationId, kind AS Kind, message_id AS MessageId, source AS Source,
        destination AS Destination, esm_class AS EsmClass, data_coding AS DataCoding, content AS Content, tlvs AS Tlvs,
        behind AS Behind, created_at AS CreatedAt, due_at AS DueAt, attempts AS Attempts, repeated AS Repeated, error AS Error
        """;

    private const string Free =
        """
        d.owner IS NULL AND d.due_at <= @now
          AND NOT EXISTS (SELECT 1 FROM smpp_deliveries e WHERE e.id = d.behind)
        """;

    private static readonly BulkInsert<(Delivery Delivery, string? Owner)> InsertDeliveries = new(
        "smpp_deliveries",
        "id text, integration_id text, kind text, message_id text, source text, destination text, esm_class int, " +
        "data_coding int, content blob, tlvs blob, behind text, created_at int, due_at int, attempts int, " +
        "repeated int, owner text, error text",
        static (row, born) =>
        {
            var d = born.Delivery;
            row.Text(d.Id);
            row.Text(d.IntegrationId);
            row.Text(d.Kind);
            row.Text(d.MessageId);
            row.Text(d.Source);
            row.Text(d.Destination);
            row.Int(d.EsmClass);
            row.Int(d.DataCoding);
            row.Blob(d.Content);
            row.Blob(d.Tlvs);
            row.Text(d.Behind);
            row.Int(d.CreatedAt);
            row.Int(d.DueAt);
            row.Int(d.Attempts);
            row.Int(d.Repeated);
            row.Text(born.Owner);
            row.Text(d.Error);
        },
        "ON CONFLICT (id) DO NOTHING");

    private static readonly BulkUpdate<Delivery> FreeDeliveries = new(
        "smpp_deliveries",
        "id text, due_at int, attempts int, repeated int, error text",
        "owner = NULL, due_at = v.due_at, attempts = v.attempts, repeated = v.repeated, error = v.error",
        "smpp_deliveries.id = v.id",
        static (row, d) =>
        {
            row.Text(d.Id);
            row.Int(d.DueAt);
            row.Int(d.Attempts);
            row.Int(d.Repeated);
            row.Text(d.Error);
        });

    private static readonly BulkDelete<Delivery> DeleteDeliveries = new(
        "smpp_deliveries", "id text", "smpp_deliveries.id = v.id", static (row, d) => row.Text(d.Id));

    public static void Insert(Tx tx, IReadOnlyList<Delivery> deliveries, string? owner) =>
        tx.Insert(InsertDeliveries, [.. deliveries.Select(d => (d, owner))]);

    public static void Release(Tx tx, IReadOnlyList<Delivery> deliveries) => tx.Update(FreeDeliveries, deliveries);

    public static void Delete(Tx tx, IReadOnlyList<Delivery> deliveries) => tx.Delete(DeleteDeliveries, deliveries);

    /// <summary>Everything of a node that is gone is free again, and may have arrived.</summary>
    public static void Release(Tx tx, string owner) => tx.Execute(
        "UPDATE smpp_deliveries SET owner = NULL, repeated = 1 WHERE owner = @owner", new { owner });

    /// <summary>The ids of a node's rows.</summary>
    public static IReadOnlyList<string> Owned(DbConnection connection, string owner) =>
        [.. connection.Query<string>("SELECT id FROM smpp_deliveries WHERE owner = @owner", new { owner })];

    /// <summary>Frees a row of a node; it may have arrived.</summary>
    public static void Release(Tx tx, string id, string owner) => tx.Execute(
        "UPDATE smpp_deliveries SET owner = NULL, repeated = 1 WHERE id = @id AND owner = @owner", new { id, owner });

    public static bool AnyDue(DbConnection connection, IReadOnlyCollection<string> integrations, long now) =>
        connection.QueryFirstOrDefault<string>(
            $"""
            SELECT d.id FROM smpp_deliveries d
            WHERE {Dialect.Among(connection, "d.integration_id", "@integrations")} AND {Free} LIMIT 1
            """,
            new { integrations = integrations.ToArray(), now }) is not null;

    /// <summary>Takes the oldest that are due for those clients; on several nodes each row goes to one.</summary>
    public static IReadOnlyList<Delivery> Claim(
        Tx tx, string owner, IReadOnlyCollection<string> integrations, long now, int most) =>
        [.. tx.Query<Delivery>(
            $"""
            UPDATE smpp_deliveries SET owner = @owner WHERE id IN (
              SELECT d.id FROM smpp_deliveries d
              WHERE {tx.Dialect.Among("d.integration_id", "@integrations")} AND {Free}
              ORDER BY d.due_at, d.id LIMIT @most {tx.Dialect.SkipLocked})
            RETURNING {Columns}
            """,
            new { owner, integrations = integrations.ToArray(), now, most })
            .OrderBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>Takes away what is too old; answers what it was.</summary>
    public static IReadOnlyList<Delivery> DropOld(Tx tx, long before, int most) => tx.Query<Delivery>(
        $"""
        DELETE FROM smpp_deliveries WHERE id IN (
          SELECT id FROM smpp_deliveries WHERE created_at < @before ORDER BY created_at LIMIT @most)
        RETURNING {Columns}
        """,
        new { before, most });

    public static long Count(DbConnection connection) =>
        connection.QuerySingle<long>("SELECT count(*) FROM smpp_deliveries");

    public static IReadOnlyList<WaitingDeliveries> Waiting(DbConnection connection) =>
        [.. connection.Query<WaitingDeliveries>(
            """
            SELECT integration_id AS IntegrationId, count(*) AS Waiting, min(created_at) AS OldestAt,
              max(attempts) AS Attempts FROM smpp_deliveries GROUP BY integration_id ORDER BY integration_id
            """)];
}

/// <summary>What waits in the database for a client.</summary>
public sealed class WaitingDeliveries
{
    public string IntegrationId { get; init; } = "";

    /// <summary>Receipts and message parts.</summary>
    public long Waiting { get; init; }

    /// <summary>Since when the oldest waits, microseconds UTC.</summary>
    public long OldestAt { get; init; }

    /// <summary>The most tries that one of them had.</summary>
    public long Attempts { get; init; }
}
