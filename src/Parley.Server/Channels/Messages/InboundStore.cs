using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>The SQL of the way back: messages from phones.</summary>
internal static class InboundStore
{
    /// <summary>Parts of one sender that wait for the rest; more are taken as they come, without joining.</summary>
    public const int MostPartsWaiting = 1_000;

    public static readonly TimeSpan PartsKept = TimeSpan.FromHours(24);

    public sealed class PartRow
    {
        public long Sequence { get; init; }

        public string? Text { get; init; }

        public byte[]? Data { get; init; }

        public string Udh { get; init; } = "";
    }

    public sealed class Conversation
    {
        public string MessageId { get; init; } = "";

        public string ClientMessageId { get; init; } = "";
    }

    /// <summary>
    /// Parts of one message that come at the same time wait for each other here (row 0 stands for the message), so that the last one sees all others.
    /// </summary>
    public static void Lock(Tx tx, InboundArrival part, long now) => tx.Execute(
        """
        INSERT INTO inbound_parts (carrier_id, sender, recipient, reference, total, sequence, udh, received_at)
        VALUES (@CarrierId, @From, @To, @Reference, @Total, 0, '', @now)
        ON CONFLICT (carrier_id, sender, recipient, reference, total, sequence) DO UPDATE SET received_at = excluded.received_at
        """,
        new { part.CarrierId, part.From, part.To, part.Reference, part.Total, now });

    public static int KeepPart(Tx tx, InboundArrival part, long now) => tx.Execute(
        """
        INSERT INTO inbound_parts (carrier_id, sender, recipient, reference, total, sequence, text, data, udh, received_at)
        VALUES (@CarrierId, @From, @To, @Reference, @Total, @Sequence, @Text, @Data, @UserDataHeader, @now) ON CONFLICT DO NOTHING
        """,
        new
        {
            part.CarrierId,
            part.From,
            part.To,
            part.Reference,
            part.Total,
            part.Sequence,
            Text = StoredText.Of(part.Text),
            part.Data,
            part.UserDataHeader,
            now,
        });

    public static IReadOnlyList<PartRow> Parts(Tx tx, InboundArrival part) => tx.Query<PartRow>(
        $"SELECT sequence AS Sequence, text AS Text, data AS Data, udh AS Udh FROM inbound_parts WHERE {OfMessage} AND sequence > 0 ORDER BY sequence", Key(part));

    public static void DropParts(Tx tx, InboundArrival part) => tx.Execute($"DELETE FROM inbound_parts WHERE {OfMessage}", Key(part));

    public static int DropOldParts(Tx tx, long now) => tx.Execute(
        "DELETE FROM inbound_parts WHERE received_at < @before", new { before = now - Micros.From(PartsKept) });

    public static long PartsWaiting(Tx tx, InboundArrival part) => tx.First<long>(
        "SELECT count(*) FROM inbound_parts WHERE carrier_id = @CarrierId AND sender = @From", new { part.CarrierId, part.From });

    public static Conversation? Related(Tx tx, string number, string phone, long since) => tx.First<Conversation>(
        "SELECT message_id AS MessageId, client_message_id AS ClientMessageId FROM conversations WHERE number = @number AND phone = @phone AND at >= @since",
        new { number, phone, since });

    public static void Insert(Tx tx, InboundReceived inbound, string carrierId) => tx.Execute(
        """
        INSERT INTO inbound_messages (id, integration_id, carrier_id, sender, recipient, content, udh, related_message_id, received_at)
        VALUES (@MessageId, @IntegrationId, @carrierId, @From, @To, @Content, @UserDataHeader, @RelatedMessageId, @At)
        """,
        new { inbound.MessageId, inbound.IntegrationId, carrierId, inbound.From, inbound.To, inbound.Content, inbound.UserDataHeader, inbound.RelatedMessageId, inbound.At });

    private const string OfMessage =
        "carrier_id = @CarrierId AND sender = @From AND recipient = @To AND reference = @Reference AND total = @Total";

    private static object Key(InboundArrival part) => new { part.CarrierId, part.From, part.To, part.Reference, part.Total };
}
