using Parley.Server.Channels.Messages;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Makes deliver_sm of a message from a phone; a long one goes in parts with a header.</summary>
internal static class InboundWriter
{
    private const byte HasHeader = 0x40;

    public static IReadOnlyList<Delivery> Of(InboundReceived message, string integrationId, long now)
    {
        var plan = PlanOf(message);
        // Any number will do that the next message to the same client does not have: the id's tail is random.
        var reference = Convert.ToInt32(message.MessageId[^2..], 16);
        var deliveries = new Delivery[plan.Count];
        for (var part = 0; part < plan.Count; part++)
        {
            var userData = new byte[plan.LengthOf(part)];
            deliveries[part] = new Delivery
            {
                Id = $"{message.MessageId}-{part + 1:D3}",
                IntegrationId = integrationId,
                Kind = Delivery.Inbound,
                MessageId = message.MessageId,
                Source = message.From,
                Destination = message.To,
                EsmClass = plan.HasHeader ? HasHeader : 0,
                DataCoding = plan.Encoding.DataCoding(flash: false),
                Content = userData[..plan.Write(part, reference, userData)],
                CreatedAt = now,
                DueAt = now,
            };
        }
        return deliveries;
    }

    private static SegmentPlan PlanOf(InboundReceived message)
    {
        if (!message.Binary)
            return SegmentPlan.Of(
                message.Content, SegmentPlan.Choose(message.Content, TextEncoding.Gsm), ConcatenationKind.Udh8);
        return SegmentPlan.OfBinary(
            Convert.FromHexString(message.Content), Convert.FromHexString(message.UserDataHeader),
            ConcatenationKind.Udh8);
    }
}
