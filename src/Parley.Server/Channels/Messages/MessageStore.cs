using System.Data.Common;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>The SQL of the outbound path.</summary>
internal static class MessageStore
{
    public sealed record Part(string CarrierId, string CarrierMessageId, string MessageId, int Number);

    public sealed record Note(string MessageId, string Id, long At, string What, string Detail);

    private static readonly BulkInsert<Message> InsertMessages = new(
        "messages",
        "id text, tenant_id text, integration_id text, sender text, recipient text, client_message_id text, accepted_at int, scheduled_at int, " +
        "deadline_at int, priority int, parts int, text text, sealed_text blob, data blob, udh blob, encoding text, flash int, " +
        "door int, told int, charged int",
        static (row, m) =>
        {
            row.Text(m.Id);
            row.Text(m.TenantId);
            row.Text(m.IntegrationId);
            row.Text(m.From);
            row.Text(m.To);
            row.Text(m.ClientMessageId);
            row.Int(m.AcceptedAt);
            row.Int(m.ScheduledAt);
            row.Int(m.DeadlineAt);
            row.Int(m.Priority);
            row.Int(m.Parts);
            row.Text(ReadableText(m));
            row.Blob(m.SealedText);
            row.Blob(m.Content.Data);
            row.Blob(m.Content.UserDataHeader);
            row.Text(m.Content.Encoding);
            row.Flag(m.Content.Flash);
            row.Int((long)m.Door);
            row.Int((long?)m.Told);
            row.Int(m.Charged);
        });

    private const string PlaceColumns = "owner text, due_at int";

    private const string StateColumns =
        "id text, version int, status int, changed_at int, owed int, carrier_id text, attempts int, parts int, submitted_mask int, " +
        "delivered_mask int, carrier_message_ids text, error text, submitted_at int, final_at int, sent_told_at int, final_told_at int, behind int, " +
        "reference int";

    private const string SetState =
        """
        version = v.version, status = v.status, changed_at = v.changed_at, owed = v.owed, carrier_id = v.carrier_id,
        attempts = v.attempts, parts = v.parts, submitted_mask = v.submitted_mask, delivered_mask = v.delivered_mask,
        carrier_message_ids = v.carrier_message_ids, error = v.error, submitted_at = v.submitted_at, final_at = v.final_at,
        sent_told_at = v.sent_told_at, final_told_at = v.final_told_at, behind = v.behind, reference = v.reference
        """;

    private const string SameVersion = "message_states.id = v.id AND message_states.version = v.version - 1";

    private static readonly BulkInsert<MessageState> InsertStates = new(
        "message_states", $"{StateColumns}, {PlaceColumns}", static (row, state) =>
        {
            WriteState(row, state);
            WritePlace(row, state);
        });

    // The common change: no index is touched.
    private static readonly BulkUpdate<Tracked> UpdateStates = new(
        "message_states", StateColumns, SetState, SameVersion, static (row, tracked) => WriteState(row, tracked.Draft));

    private static readonly BulkUpdate<Tracked> UpdateStatesAndPlaces = new(
        "message_states",
        $"{StateColumns}, {PlaceColumns}",
        $"{SetState}, owner = v.owner, due_at = v.due_at",
        SameVersion,
        static (row, tracked) =>
        {
            WriteState(row, tracked.Draft);
            WritePlace(row, tracked.Draft);
        });

    // A carrier that counts its ids from the start again: the newest message has the id.
    private static readonly BulkInsert<Part> InsertParts = new(
        "message_parts",
        "carrier_id text, carrier_message_id text, message_id text, part int",
        static (row, part) =>
        {
            row.Text(part.CarrierId);
            row.Text(part.CarrierMessageId);
            row.Text(part.MessageId);
            row.Int(part.Number);
        },
        "ON CONFLICT (carrier_id, carrier_message_id) DO UPDATE SET message_id = excluded.message_id, part = excluded.part");

    private static readonly BulkInsert<Note> InsertNotes = new(
        "message_notes", "message_id text, id text, at int, what text, detail text", static (row, note) =>
        {
            row.Text(note.MessageId);
            row.Text(note.Id);
            row.Int(note.At);
            row.Text(note.What);
            row.Text(note.Detail);
        });

    private static readonly BulkInsert<Message> InsertConversations = new(
        "conversations",
        "number text, phone text, message_id text, client_message_id text, at int",
        static (row, m) =>
        {
            row.Text(m.From);
            row.Text(m.To);
            row.Text(m.Id);
            row.Text(m.ClientMessageId);
            row.Int(m.AcceptedAt);
        },
        "ON CONFLICT (number, phone) DO UPDATE SET message_id = excluded.message_id, client_message_id = excluded.client_message_id, at = excluded.at");

    private const string TrackedColumns =
        """
        m.id AS Id, m.tenant_id AS TenantId, m.integration_id AS IntegrationId, m.sender AS Sender, m.recipient AS Recipient,
        m.client_message_id AS ClientMessageId, m.accepted_at AS AcceptedAt, m.scheduled_at AS ScheduledAt, m.deadline_at AS DeadlineAt,
        m.priority AS Priority, m.parts AS MessageParts, m.text AS Text, m.sealed_text AS SealedText, m.data AS Data, m.udh AS Udh, m.encoding AS Encoding, m.flash AS Flash,
        m.door AS Door, m.told AS Told, m.charged AS Charged,
        s.version AS Version, s.status AS Status, s.changed_at AS ChangedAt, s.owed AS Owed, s.owner AS Owner, s.due_at AS DueAt,
        s.carrier_id AS CarrierId, s.attempts AS Attempts, s.parts AS Parts, s.submitted_mask AS SubmittedMask, s.delivered_mask AS DeliveredMask,
        s.carrier_message_ids AS CarrierMessageIds, s.error AS Error, s.submitted_at AS SubmittedAt, s.final_at AS FinalAt,
        s.sent_told_at AS SentToldAt, s.final_told_at AS FinalToldAt, s.behind AS Behind,
        s.reference AS Reference
        """;

    public static void Insert(Tx tx, IReadOnlyList<Message> messages, IReadOnlyList<MessageState> states, IReadOnlyList<Message> twoWay)
    {
        tx.Insert(InsertMessages, messages);
        tx.Insert(InsertStates, states);
        tx.Insert(InsertConversations, twoWay);
    }

    /// <summary>Writes the drafts; rows that another node has written meanwhile stay, and are not reported.</summary>
    public static void Update(Tx tx, IReadOnlyList<Tracked> drafts, Action<Tracked> saved)
    {
        List<Tracked> stay = new(drafts.Count), move = [];
        foreach (var one in drafts) (one.Draft.Owner == one.State.Owner && one.Draft.DueAt == one.State.DueAt ? stay : move).Add(one);
        tx.Update(UpdateStates, stay, saved);
        tx.Update(UpdateStatesAndPlaces, move, saved);
    }

    public static void Insert(Tx tx, IReadOnlyList<Part> parts) => tx.Insert(InsertParts, parts);

    public static void Insert(Tx tx, IReadOnlyList<Note> notes) => tx.Insert(InsertNotes, notes);

    /// <summary>True while a message's state is the one that was judged; it stays so until the transaction ends.</summary>
    public static bool Stands(Tx tx, string id, long version) => tx.First<long?>(
        $"SELECT version FROM message_states WHERE id = @id {tx.Dialect.ForUpdate}", new { id }) == version;

    /// <summary>Writes what a replacement changes of a message.</summary>
    public static void Replace(Tx tx, Message m) => tx.Execute(
        """
        UPDATE messages SET text = @Text, sealed_text = @SealedText, data = @Data, udh = @UserDataHeader, encoding = @Encoding, parts = @Parts,
          scheduled_at = @ScheduledAt, deadline_at = @DeadlineAt, told = @Told, charged = @Charged WHERE id = @Id
        """,
        new
        {
            m.Id,
            Text = ReadableText(m),
            m.SealedText,
            m.Content.Data,
            m.Content.UserDataHeader,
            m.Content.Encoding,
            Parts = (long)m.Parts,
            m.ScheduledAt,
            m.DeadlineAt,
            Told = (long?)m.Told,
            m.Charged,
        });

    public static int Reassign(Tx tx, string from, string to) => tx.Execute(
        "UPDATE message_states SET owner = @to WHERE owner = @from AND owed <> 0", new { from, to });

    public static IReadOnlyList<MessageRow> Load(DbConnection connection, IReadOnlyCollection<string> ids) => ids.Count == 0
        ? []
        : [.. connection.Query<MessageRow>(
            $"SELECT {TrackedColumns} FROM messages m JOIN message_states s ON s.id = m.id WHERE {Dialect.Among(connection, "m.id", "@ids")}",
            new { ids = ids.ToArray() })];

    /// <summary>The newest message of an integration that its owner gave this id.</summary>
    public static string? IdOf(DbConnection connection, string integrationId, string clientMessageId) =>
        connection.QueryFirstOrDefault<string>(
            """
            SELECT id FROM messages WHERE integration_id = @integrationId AND client_message_id = @clientMessageId
              AND client_message_id <> '' ORDER BY id DESC LIMIT 1
            """,
            new { integrationId, clientMessageId });

    public static IReadOnlyList<MessageRow> Owned(DbConnection connection, string owner, string after, int most) => [.. connection.Query<MessageRow>(
        $"""
        SELECT {TrackedColumns} FROM message_states s JOIN messages m ON m.id = s.id
        WHERE s.owner = @owner AND s.owed <> 0 AND s.id > @after ORDER BY s.id LIMIT @most
        """,
        new { owner, after, most })];

    /// <summary>The ids of messages that a node has in hand.</summary>
    public static IReadOnlyList<string> OwnedIds(DbConnection connection, string owner, int most) =>
        [.. connection.Query<string>(
            "SELECT id FROM message_states WHERE owner = @owner AND owed <> 0 ORDER BY id LIMIT @most",
            new { owner, most })];

    /// <summary>Rows whose time has come. What another node has in hand is that node's to end, unless it doesn't for a minute.</summary>
    public static IReadOnlyList<MessageRow> Due(DbConnection connection, string node, long now, int most) =>
        [.. connection.Query<MessageRow>(
            $"""
            SELECT {TrackedColumns} FROM (
              SELECT * FROM message_states WHERE due_at IS NOT NULL AND due_at <= @now
                AND (owner IS NULL OR owner = @node OR owed % 2 = 0 OR due_at <= @late)
              ORDER BY due_at LIMIT @most) s
            JOIN messages m ON m.id = s.id ORDER BY s.due_at
            """,
            new { node, now, late = now - Micros.PerMinute, most })];

    private sealed class PartRow
    {
        public string CarrierMessageId { get; init; } = "";

        public string MessageId { get; init; } = "";

        public long Part { get; init; }
    }

    /// <summary>Which message and part each of a carrier's ids belongs to; ids that are unknown are absent.</summary>
    public static Dictionary<string, (string MessageId, int Part)> Parts(DbConnection connection, string carrierId, IReadOnlyCollection<string> ids) =>
        connection.Query<PartRow>(
            $"""
            SELECT carrier_message_id AS CarrierMessageId, message_id AS MessageId, part AS Part
            FROM message_parts WHERE carrier_id = @carrierId AND {Dialect.Among(connection, "carrier_message_id", "@ids")}
            """,
            new { carrierId, ids = ids.ToArray() }).ToDictionary(r => r.CarrierMessageId, r => (r.MessageId, (int)r.Part));

    private static string? ReadableText(Message m) => m.SealedText is null ? StoredText.Of(m.Content.Text) : null;

    private static void WriteState(RowWriter row, MessageState s)
    {
        row.Text(s.Id);
        row.Int(s.Version);
        row.Int((long)s.Status);
        row.Int(s.ChangedAt);
        row.Int((long)s.Owed);
        row.Text(s.CarrierId);
        row.Int(s.Attempts);
        row.Int(s.Parts);
        row.Int((long)s.Submitted);
        row.Int((long)s.Delivered);
        row.Text(s.CarrierMessageIds);
        row.Text(s.Error);
        row.Int(s.SubmittedAt);
        row.Int(s.FinalAt);
        row.Int(s.SentToldAt);
        row.Int(s.FinalToldAt);
        row.Flag(s.Behind);
        row.Int(s.Reference);
    }

    private static void WritePlace(RowWriter row, MessageState s)
    {
        row.Text(s.Owner);
        row.Int(s.DueAt);
    }
}
