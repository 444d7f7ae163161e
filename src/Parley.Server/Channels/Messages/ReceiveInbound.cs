using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Events;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// Takes messages from phones: joins parts, finds the integration that the number belongs to, publishes <see cref="InboundReceived"/>, and answers the carrier
/// after the commit.
/// </summary>
internal sealed partial class ReceiveInbound(
    Database database, EventBus events, TenantDirectory tenants, Ids ids, TimeProvider time, MessageMeter meter, ILogger<ReceiveInbound> log)
{
    private static readonly TimeSpan RelatedWithin = TimeSpan.FromDays(3);

    /// <summary>Bounded by the carriers, who have only so many deliver_sm unanswered.</summary>
    public void Take(InboundArrival inbound) => _ = Run(inbound);

    private async Task Run(InboundArrival inbound)
    {
        try
        {
            var whole = await database.Transact(tx => Receive(tx, inbound), CancellationToken.None);
            if (whole) meter.Inbound.Add(1);
            inbound.Acknowledge(true);
        }
        catch (Exception error)
        {
            Failed(log, inbound.CarrierId, error.Message);
            inbound.Acknowledge(false);
        }
    }

    /// <summary>True when a whole message came of it.</summary>
    private bool Receive(Tx tx, InboundArrival inbound)
    {
        var now = time.NowMicros();
        InboundStore.DropOldParts(tx, now);
        if (inbound.Total <= 1 || InboundStore.PartsWaiting(tx, inbound) >= InboundStore.MostPartsWaiting)
        {
            var content = inbound.Text ?? Convert.ToHexStringLower(inbound.Data ?? []);
            Publish(tx, inbound, content, inbound.UserDataHeader, inbound.Text is null, now);
            return true;
        }
        InboundStore.Lock(tx, inbound, now);
        InboundStore.KeepPart(tx, inbound, now);
        var parts = InboundStore.Parts(tx, inbound);
        if (parts.Count < inbound.Total) return false;
        var isText = parts.All(p => p.Text is not null);
        var text = isText
            ? string.Concat(parts.Select(p => StoredText.Back(p.Text)))
            : string.Concat(parts.Select(p => Convert.ToHexStringLower(p.Data ?? [])));
        InboundStore.DropParts(tx, inbound);
        Publish(tx, inbound, text, "", !isText, now);
        return true;
    }

    private void Publish(Tx tx, InboundArrival inbound, string content, string udh, bool binary, long now)
    {
        var related = InboundStore.Related(tx, inbound.To, inbound.From, now - Micros.From(RelatedWithin));
        var received = new InboundReceived(
            ids.Next(),
            tenants.ByNumber(inbound.To)?.Id,
            related?.MessageId,
            related is { ClientMessageId.Length: > 0 } ? related.ClientMessageId : null,
            inbound.From,
            inbound.To,
            StoredText.Sound(content),
            udh,
            inbound.CarrierId,
            now)
        { Binary = binary };
        InboundStore.Insert(tx, received, inbound.CarrierId);
        events.Publish(tx, received);
    }

    [LoggerMessage(LogLevel.Warning, "A message from carrier {CarrierId} could not be kept, the carrier will bring it again: {Reason}")]
    private static partial void Failed(ILogger log, string carrierId, string reason);
}
