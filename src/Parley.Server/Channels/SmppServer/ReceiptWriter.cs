using System.Globalization;
using System.Text;
using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Makes the receipt of a status change, text and TLVs (contract channels §5). Times are UTC.</summary>
internal static class ReceiptWriter
{
    private const byte FinalReceipt = 0x04;
    private const byte IntermediateNotification = 0x20;
    private const byte Gsm = 0x03;
    private const int TextLength = 20;

    public static Delivery Of(StatusChange change, long now)
    {
        var (stat, state) = MessageStates.Of(change.Status, change.Error);
        var code = NetworkErrors.Of(change.Status, change.Error);
        var delivered = state == MessageStates.Delivered;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"id:{change.MessageId} sub:{change.Parts:D3} dlvrd:{(delivered ? change.Parts : 0):D3} " +
            $"submit date:{Minute(change.Message.AcceptedAt)} done date:{Minute(change.At)} stat:{stat} " +
            $"err:{code:D3} text:{Beginning(change.Message.Content.Text)}");
        return new Delivery
        {
            Id = $"{change.MessageId}-{change.Sequence}",
            IntegrationId = change.IntegrationId,
            Kind = Delivery.Receipt,
            MessageId = change.MessageId,
            Source = change.To,
            Destination = change.From,
            EsmClass = change.Status.IsFinal() ? FinalReceipt : IntermediateNotification,
            Content = Encoding.ASCII.GetBytes(text),
            Tlvs = Options(change, state, code),
            Behind = change.Behind ? $"{change.MessageId}-{change.Sequence - 1}" : null,
            CreatedAt = now,
            DueAt = now,
            Change = change,
        };
    }

    private static byte[] Options(StatusChange change, byte state, int code)
    {
        Span<byte> octets = stackalloc byte[128];
        var options = new TlvWriter(octets);
        options.Add(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes(change.MessageId + "\0"));
        options.Add(TlvTag.MessageState, state);
        if (code != NetworkErrors.None) options.Add(TlvTag.NetworkErrorCode, [Gsm, (byte)(code >> 8), (byte)code]);
        // The client's own reference comes back as it came.
        if (ushort.TryParse(change.ClientMessageId, CultureInfo.InvariantCulture, out var reference))
            options.Add(TlvTag.UserMessageReference, reference);
        return options.Written.Octets.ToArray();
    }

    private static string Minute(long micros) =>
        Micros.ToTime(micros).ToString("yyMMddHHmm", CultureInfo.InvariantCulture);

    /// <summary>The first characters; those beyond printable ASCII, which clients read in different ways, become a question mark.</summary>
    private static string Beginning(string? text) => text is null ? "" : string.Create(
        Math.Min(text.Length, TextLength), text, static (target, from) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
}
