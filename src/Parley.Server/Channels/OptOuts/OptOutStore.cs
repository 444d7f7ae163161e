using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>The SQL of opt-outs and their evidence.</summary>
internal static class OptOutStore
{
    private const string Columns =
        """
        integration_id AS IntegrationId, sender AS Sender, recipient AS Recipient, active AS Active,
        changed_at AS ChangedAt, sequence AS Sequence
        """;

    private const string EventColumns =
        """
        id AS Id, integration_id AS IntegrationId, sender AS Sender, recipient AS Recipient, what AS What,
        source AS Source, at AS At, text AS Text, reply_id AS ReplyId
        """;

    private static readonly BulkInsert<OptOutRow> UpsertRows = new(
        "opt_outs",
        "integration_id text, sender text, recipient text, active int, changed_at int, sequence int",
        static (row, o) =>
        {
            row.Text(o.IntegrationId);
            row.Text(o.Sender);
            row.Text(o.Recipient);
            row.Int(o.Active);
            row.Int(o.ChangedAt);
            row.Int(o.Sequence);
        },
        """
        ON CONFLICT (integration_id, sender, recipient) DO UPDATE SET active = excluded.active,
          changed_at = excluded.changed_at, sequence = excluded.sequence
        """);

    private static readonly BulkInsert<OptOutEvent> InsertEvents = new(
        "opt_out_events",
        "id text, integration_id text, sender text, recipient text, what text, source text, at int, text text",
        static (row, e) =>
        {
            row.Text(e.Id);
            row.Text(e.IntegrationId);
            row.Text(e.Sender);
            row.Text(e.Recipient);
            row.Text(e.What);
            row.Text(e.Source);
            row.Int(e.At);
            row.Text(e.Text);
        },
        "ON CONFLICT DO NOTHING");

    /// <summary>The number of the next change; its row is locked until the commit, so numbers are committed in order.</summary>
    public static long NextSequence(Tx tx) => tx.First<long>(
        "UPDATE consent_sequence SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence");

    public static long Sequence(DbConnection connection) =>
        connection.QuerySingle<long>("SELECT sequence FROM consent_sequence WHERE id = 1");

    public static void Upsert(Tx tx, IReadOnlyList<OptOutRow> rows) => tx.Insert(UpsertRows, rows);

    public static void Insert(Tx tx, IReadOnlyList<OptOutEvent> events) => tx.Insert(InsertEvents, events);

    /// <summary>The rows of an integration for some recipients, whatever the sender.</summary>
    public static IReadOnlyList<OptOutRow> Of(Tx tx, string integrationId, IReadOnlyCollection<string> recipients) =>
        tx.Query<OptOutRow>(
            $"""
            SELECT {Columns} FROM opt_outs
            WHERE integration_id = @integrationId AND {tx.Dialect.Among("recipient", "@recipients")}
            """,
            new { integrationId, recipients = recipients.ToArray() });

    public static OptOutRow? Find(DbConnection connection, string integrationId, string sender, string recipient) =>
        connection.QueryFirstOrDefault<OptOutRow>(
            $"""
            SELECT {Columns} FROM opt_outs
            WHERE integration_id = @integrationId AND sender = @sender AND recipient = @recipient
            """,
            new { integrationId, sender, recipient });

    /// <summary>What led there, the newest first.</summary>
    public static IReadOnlyList<OptOutEvent> Events(
        DbConnection connection, string integrationId, string sender, string recipient, int most) =>
        [.. connection.Query<OptOutEvent>(
            $"""
            SELECT {EventColumns} FROM opt_out_events
            WHERE integration_id = @integrationId AND sender = @sender AND recipient = @recipient
            ORDER BY id DESC LIMIT @most
            """,
            new { integrationId, sender, recipient, most })];

    /// <summary>A page in the order of the key, behind a row.</summary>
    public static IReadOnlyList<OptOutRow> Page(DbConnection connection, OptOutQuery query) =>
        [.. connection.Query<OptOutRow>(
        $"""
        SELECT {Columns} FROM opt_outs
        WHERE (integration_id, sender, recipient) > (@AfterIntegration, @AfterSender, @AfterRecipient)
          {(query.IntegrationId is null ? "" : "AND integration_id = @IntegrationId")}
          {(query.Sender is null ? "" : "AND sender = @Sender")}
          {(query.Recipient is null ? "" : "AND recipient = @Recipient")}
          {(query.Active is null ? "" : "AND active = @Active")}
        ORDER BY integration_id, sender, recipient LIMIT @Limit
        """,
        query)];

    /// <summary>All that opted out, one by one.</summary>
    public static IEnumerable<OptOutRow> Active(DbConnection connection) =>
        connection.Query<OptOutRow>($"SELECT {Columns} FROM opt_outs WHERE active = 1", buffered: false);

    /// <summary>Changes after a number, in order.</summary>
    public static IReadOnlyList<OptOutRow> Changed(DbConnection connection, long after, int most) =>
        [.. connection.Query<OptOutRow>(
            $"SELECT {Columns} FROM opt_outs WHERE sequence > @after ORDER BY sequence LIMIT @most",
            new { after, most })];

    /// <summary>Notes the answer; false when there is one already.</summary>
    public static bool Replied(Tx tx, string eventId, string messageId) => tx.Execute(
        "UPDATE opt_out_events SET reply_id = @messageId WHERE id = @eventId AND reply_id IS NULL",
        new { eventId, messageId }) == 1;
}
