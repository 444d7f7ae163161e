using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Webhooks;

/// <summary>The SQL of callbacks.</summary>
internal static class WebhookStore
{
    private const string Columns =
        """
        d.id AS Id, d.endpoint_id AS EndpointId, d.integration_id AS IntegrationId, d.kind AS Kind,
        d.message_id AS MessageId, d.sequence AS Sequence, d.event_name AS EventName, d.event AS Event,
        d.state AS State, d.attempts AS Attempts, d.tries AS Tries, d.last_status AS LastStatus,
        d.last_error AS LastError, d.history AS History, d.created_at AS CreatedAt, d.next_at AS NextAt,
        d.attend_at AS AttendAt, d.last_attempt_at AS LastAttemptAt, d.delivered_at AS DeliveredAt, d.facts AS Facts
        """;

    // While an earlier callback of the message is pending, a later one waits.
    private const string Blocked =
        """
        (SELECT max(coalesce(e.next_at, 0)) FROM webhook_deliveries e
         WHERE e.message_id = d.message_id AND e.kind = d.kind AND e.sequence < d.sequence AND e.state = 'pending')
         AS BlockedUntil
        """;

    private static readonly BulkInsert<Delivery> InsertDeliveries = new(
        "webhook_deliveries",
        "id text, endpoint_id text, integration_id text, kind text, message_id text, sequence int, event_name text, " +
        "event text, state text, attempts int, tries int, last_status int, last_error text, history text, " +
        "created_at int, next_at int, attend_at int, last_attempt_at int, delivered_at int, facts text",
        static (row, d) =>
        {
            row.Text(d.Id);
            row.Text(d.EndpointId);
            row.Text(d.IntegrationId);
            row.Text(d.Kind);
            row.Text(d.MessageId);
            row.Int(d.Sequence);
            row.Text(d.EventName);
            row.Text(d.Event);
            row.Text(d.State);
            row.Int(d.Attempts);
            row.Int(d.Tries);
            row.Int(d.LastStatus);
            row.Text(d.LastError);
            row.Text(d.History);
            row.Int(d.CreatedAt);
            row.Int(d.NextAt);
            row.Int(d.AttendAt);
            row.Int(d.LastAttemptAt);
            row.Int(d.DeliveredAt);
            row.Text(d.Facts);
        },
        "ON CONFLICT (id) DO NOTHING");

    private static readonly BulkUpdate<Delivery> UpdateDeliveries = new(
        "webhook_deliveries",
        "id text, state text, attempts int, tries int, last_status int, last_error text, history text, next_at int, " +
        "attend_at int, last_attempt_at int, delivered_at int",
        """
        state = v.state, attempts = v.attempts, tries = v.tries, last_status = v.last_status, last_error = v.last_error,
        history = v.history, next_at = v.next_at, attend_at = v.attend_at, last_attempt_at = v.last_attempt_at,
        delivered_at = v.delivered_at
        """,
        "webhook_deliveries.id = v.id",
        static (row, d) =>
        {
            row.Text(d.Id);
            row.Text(d.State);
            row.Int(d.Attempts);
            row.Int(d.Tries);
            row.Int(d.LastStatus);
            row.Text(d.LastError);
            row.Text(d.History);
            row.Int(d.NextAt);
            row.Int(d.AttendAt);
            row.Int(d.LastAttemptAt);
            row.Int(d.DeliveredAt);
        });

    public static void Insert(Tx tx, IReadOnlyList<Delivery> deliveries) => tx.Insert(InsertDeliveries, deliveries);

    public static void Update(Tx tx, IReadOnlyList<Delivery> deliveries) => tx.Update(UpdateDeliveries, deliveries);

    /// <summary>The rows as they stand; they stay so until the transaction ends.</summary>
    public static Dictionary<string, Delivery> Standing(Tx tx, IReadOnlyList<string> ids) => tx.Query<Delivery>(
        $"""
        SELECT {Columns} FROM webhook_deliveries d WHERE {tx.Dialect.Among("d.id", "@ids")}
        ORDER BY d.id {tx.Dialect.ForUpdate}
        """,
        new { ids = ids.ToArray() }).ToDictionary(d => d.Id);

    public static Delivery? Load(DbConnection connection, string id) => connection.QueryFirstOrDefault<Delivery>(
        $"SELECT {Columns}, {Blocked} FROM webhook_deliveries d WHERE d.id = @id", new { id });

    public static Delivery? Load(Tx tx, string id) =>
        tx.First<Delivery>($"SELECT {Columns} FROM webhook_deliveries d WHERE d.id = @id", new { id });

    /// <summary>
    /// What a probe sends: of the oldest that wait for an endpoint the one whose last attempt is longest ago, so that one that the
    /// endpoint doesn't like can't keep it paused. Never one before an earlier one of its message.
    /// </summary>
    public static Delivery? ToProbe(DbConnection connection, string endpointId) =>
        connection.QueryFirstOrDefault<Delivery>(
            $"""
            SELECT {Columns} FROM (
              SELECT * FROM webhook_deliveries w WHERE w.endpoint_id = @endpointId AND w.state = 'pending'
              ORDER BY w.id LIMIT 100) d
            WHERE NOT EXISTS (
              SELECT 1 FROM webhook_deliveries e
              WHERE e.message_id = d.message_id AND e.kind = d.kind AND e.sequence < d.sequence AND e.state = 'pending')
            ORDER BY coalesce(d.last_attempt_at, 0), d.id LIMIT 1
            """,
            new { endpointId });

    public static IReadOnlyList<Delivery> Search(DbConnection connection, DeliveryQuery query)
    {
        // Only the conditions that are given, so that each search finds its index.
        var conditions = new List<string>();
        if (query.IntegrationId is not null) conditions.Add("d.integration_id = @IntegrationId");
        if (query.MessageId is not null) conditions.Add("d.message_id = @MessageId");
        if (query.State is not null) conditions.Add("d.state = @State");
        if (query.From is not null) conditions.Add("d.created_at >= @From");
        if (query.To is not null) conditions.Add("d.created_at < @To");
        var where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        var order = query.IntegrationId is null ? "d.id DESC" : "d.created_at DESC, d.id DESC";
        return [.. connection.Query<Delivery>(
            $"SELECT {Columns} FROM webhook_deliveries d {where} ORDER BY {order} LIMIT @Size OFFSET @Skip",
            new
            {
                query.IntegrationId,
                query.MessageId,
                query.State,
                query.From,
                query.To,
                Size = DeliveryQuery.PageSize,
                query.Skip,
            })];
    }

    /// <summary>The next ended deliveries of a range, in the order of their creation.</summary>
    public static IReadOnlyList<Delivery> Ended(
        Tx tx,
        string integrationId,
        long from,
        long to,
        (string One, string Other) states,
        (long CreatedAt, string Id) after,
        int most) => tx.Query<Delivery>(
        $"""
        SELECT {Columns} FROM webhook_deliveries d
        WHERE d.integration_id = @integrationId AND d.created_at >= @from AND d.created_at < @to
          AND d.state IN (@One, @Other)
          AND (d.created_at > @CreatedAt OR d.created_at = @CreatedAt AND d.id > @Id)
        ORDER BY d.created_at, d.id LIMIT @most
        """,
        new { integrationId, from, to, states.One, states.Other, after.CreatedAt, after.Id, most });

    /// <summary>Pending ones whose deadline has passed.</summary>
    public static IReadOnlyList<Delivery> Overdue(Tx tx, long now, int most) => tx.Query<Delivery>(
        $"""
        SELECT {Columns} FROM webhook_deliveries d
        WHERE d.attend_at <= @now AND d.state = 'pending' ORDER BY d.attend_at LIMIT @most
        """,
        new { now, most });

    public static int RemoveEnded(Tx tx, long now, int most) => tx.Execute(
        """
        DELETE FROM webhook_deliveries WHERE id IN (
          SELECT id FROM webhook_deliveries WHERE attend_at <= @now AND state <> 'pending'
          ORDER BY attend_at LIMIT @most)
        """,
        new { now, most });
}
