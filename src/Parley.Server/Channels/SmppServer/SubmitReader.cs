using System.Globalization;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Makes a message of submit_sm, data_sm or submit_multi (contract channels §5).</summary>
internal static class SubmitReader
{
    private const int LongestValidityMinutes = 10_080;
    private const byte TypeBits = 0x3C;
    private const byte UserAcknowledgement = 0x08;
    private const byte ManualAcknowledgement = 0x10;

    /// <summary>Ok and the message, or what is wrong; the rules that all doors share come later.</summary>
    public static CommandStatus Read(ShortMessage pdu, DateTimeOffset now, out NewMessage? message)
    {
        message = null;
        if ((pdu.EsmClass & TypeBits) is not (0 or UserAcknowledgement or ManualAcknowledgement))
            return CommandStatus.InvalidEsmClass;
        if (pdu.Priority > 3) return CommandStatus.InvalidPriorityFlag;
        if (pdu.ReplaceIfPresent > 1) return CommandStatus.InvalidReplaceIfPresent;
        var userData = pdu.UserData;
        if (userData.IsEmpty && pdu.DefaultMessageId != 0) return CommandStatus.InvalidPredefinedMessage;
        DateTimeOffset? scheduled = null;
        if (!pdu.ScheduledAt.IsEmpty && (scheduled = SmppTime.Read(pdu.ScheduledAt, now)) is null)
            return CommandStatus.InvalidSchedule;
        int? validity = null;
        if (!pdu.Validity.IsEmpty)
        {
            if (SmppTime.Read(pdu.Validity, now) is not { } until) return CommandStatus.InvalidExpiry;
            var minutes = Math.Ceiling((until - (scheduled > now ? scheduled.Value : now)).TotalMinutes);
            if (minutes < 1) return CommandStatus.InvalidExpiry;
            validity = (int)Math.Min(minutes, LongestValidityMinutes);
        }
        var status = ContentReader.Read(pdu.EsmClass, pdu.DataCoding, userData, pdu.Tlvs, out var content);
        if (status != CommandStatus.Ok) return status;
        message = new NewMessage
        {
            Door = Door.Smpp,
            To = CString.Text(pdu.Destination.Digits),
            From = CString.Text(pdu.Source.Digits),
            Content = content,
            ClientMessageId = pdu.Tlvs.TryGet(TlvTag.UserMessageReference, out uint reference)
                ? reference.ToString(CultureInfo.InvariantCulture) : "",
            ScheduledAt = scheduled is { } at ? Micros.FromTime(at) : null,
            ValidityMinutes = validity,
            Priority = PriorityOf(pdu.Priority),
            Told = ToldBy(pdu.RegisteredDelivery),
        };
        return CommandStatus.Ok;
    }

    /// <summary>The same fields of a data_sm; its text stands in message_payload.</summary>
    public static ShortMessage AsMessage(DataSm data) => new()
    {
        ServiceType = data.ServiceType,
        Source = data.Source,
        Destination = data.Destination,
        EsmClass = data.EsmClass,
        RegisteredDelivery = data.RegisteredDelivery,
        DataCoding = data.DataCoding,
        Tlvs = data.Tlvs,
    };

    /// <summary>registered_delivery (SMPP 3.4 §5.2.17): bits 1 and 0 the final receipt, bit 4 the intermediate one.</summary>
    public static Told ToldBy(byte registeredDelivery)
    {
        var told = (registeredDelivery & 0x03) switch
        {
            1 => Told.Delivered | Told.Failed,
            2 => Told.Failed,
            // Reserved in 3.4, success only in 5.0.
            3 => Told.Delivered,
            _ => Told.Nothing,
        };
        return (registeredDelivery & 0x10) != 0 ? told | Told.Sent : told;
    }

    /// <summary>priority_flag (§5.2.14): 0 is the lowest of 0 to 3; ours is 1, the first, to 3.</summary>
    private static int PriorityOf(byte flag) => flag switch
    {
        0 => 3,
        1 => 2,
        _ => 1,
    };
}
