using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>Where a message stands.</summary>
/// <param name="Channel">The channel used.</param>
/// <param name="Message">As it was accepted.</param>
/// <param name="Status">Its status.</param>
/// <param name="ChangedAt">When it last changed, microseconds UTC.</param>
/// <param name="Parts">Parts as sent, or as planned while none was.</param>
/// <param name="FinalAt">When it ended; null while it has not.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record MessageView(
    string Channel, Message Message, MessageStatus Status, long ChangedAt, int Parts, long? FinalAt, string? Error);

/// <summary>A step in a message's life. Times in microseconds UTC.</summary>
public sealed record TimelineEntry(long At, string What, string Detail);

/// <summary>A message as an operator sees it.</summary>
public sealed record MessageDetails(
    string Id, string TenantId, string IntegrationId, string From, string To, string ClientMessageId, string Status, int StatusCode, string? CarrierId, int Parts,
    string? CarrierMessageIds, string? Error, long AcceptedAt, long DeadlineAt, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>Reads messages for doors and operators.</summary>
public sealed class MessageQueries(Database database)
{
    private const int MostScanned = 100_000;

    /// <summary>Where an integration's message stands; null when it has no such message.</summary>
    public async Task<MessageView?> Find(string integrationId, string messageId, CancellationToken cancel)
    {
        if (!Parley.Platform.Ids.IsId(messageId)) return null;
        var rows = await database.Read(connection => MessageStore.Load(connection, [messageId]), cancel);
        return rows.Count == 0 || rows[0].IntegrationId != integrationId ? null : View(rows[0]);
    }

    /// <summary>The newest of an integration's messages that has this client message id; null when none has.</summary>
    public Task<MessageView?> FindByClientId(string integrationId, string clientMessageId, CancellationToken cancel) =>
        database.Read(
            connection => MessageStore.IdOf(connection, integrationId, clientMessageId) is { } id
                && MessageStore.Load(connection, [id]) is [var row] ? View(row) : null,
            cancel);

    /// <summary>A message with everything that happened to it, for operators; null when there is none.</summary>
    public Task<MessageDetails?> Details(string messageId, CancellationToken cancel) => database.Read(
        connection => MessageStore.Load(connection, [messageId]) is [var row] ? Details(connection, row) : null, cancel);

    /// <summary>The newest messages that fit, newest first.</summary>
    /// <param name="recipient">Digits; null for any.</param>
    /// <param name="status">Null for any.</param>
    /// <param name="clientMessageId">Null for any.</param>
    /// <param name="before">Only ids before this one (the last of the previous page); null for the newest.</param>
    /// <param name="most">At most so many, 1 to 200; the search looks at the newest 100,000 messages before that id.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<IReadOnlyList<MessageDetails>> Search(string? recipient, MessageStatus? status, string? clientMessageId, string? before, int most, CancellationToken cancel) =>
        database.Read<IReadOnlyList<MessageDetails>>(
            connection =>
            {
                var ids = connection.Query<string>(
                    $"""
                    SELECT m.id FROM (SELECT * FROM messages WHERE id < @before ORDER BY id DESC LIMIT {MostScanned}) m
                    JOIN message_states s ON s.id = m.id
                    WHERE (CAST(@recipient AS text) IS NULL OR m.recipient = @recipient)
                      AND (CAST(@status AS bigint) IS NULL OR s.status = @status)
                      AND (CAST(@clientMessageId AS text) IS NULL OR m.client_message_id = @clientMessageId)
                    ORDER BY m.id DESC LIMIT @most
                    """,
                    new { before = before ?? "g", recipient, status = (long?)status, clientMessageId, most = Math.Clamp(most, 1, 200) }).ToList();
                return [.. MessageStore.Load(connection, ids).OrderByDescending(r => r.Id, StringComparer.Ordinal).Select(r => Details(connection, r))];
            },
            cancel);

    private static MessageView View(MessageRow row) => new(
        "sms", row.ToMessage(), (MessageStatus)row.Status, row.ChangedAt,
        (int)(row.Parts > 0 ? row.Parts : row.MessageParts), row.FinalAt, row.Error);

    private static MessageDetails Details(DbConnection connection, MessageRow row) => new(
        row.Id, row.TenantId, row.IntegrationId, row.Sender, row.Recipient, row.ClientMessageId, ((MessageStatus)row.Status).Name(), (int)row.Status, row.CarrierId,
        (int)(row.Parts > 0 ? row.Parts : row.MessageParts), row.CarrierMessageIds, row.Error, row.AcceptedAt, row.DeadlineAt, Timeline(connection, row));

    private static List<TimelineEntry> Timeline(DbConnection connection, MessageRow row)
    {
        var entries = new List<TimelineEntry> { new(row.AcceptedAt, "accepted", $"{row.MessageParts} part(s)") };
        if (row.ScheduledAt is { } scheduled) entries.Add(new(scheduled, "scheduled-for", ""));
        if (row.SubmittedAt is { } submitted) entries.Add(new(submitted, "submitted", $"carrier {row.CarrierId}"));
        if (row.SentToldAt is { } sentTold) entries.Add(new(sentTold, "told-sent", ""));
        if (row.FinalAt is { } final) entries.Add(new(final, "final", ((MessageStatus)row.Status).Name()));
        if (row.FinalToldAt is { } finalTold) entries.Add(new(finalTold, "told-final", ""));
        entries.AddRange(connection.Query<MessageStore.Note>(
            "SELECT message_id AS MessageId, id AS Id, at AS At, what AS What, detail AS Detail FROM message_notes WHERE message_id = @Id LIMIT 500", new { row.Id })
            .Select(n => new TimelineEntry(n.At, n.What, n.Detail)));
        entries.Sort((a, b) => a.At.CompareTo(b.At));
        return entries;
    }
}
