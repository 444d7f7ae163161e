using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.SmppServer;

/// <summary>A status in SMPP's words (SMPP 3.4 §5.2.28, contract channels §5).</summary>
internal static class MessageStates
{
    public const byte Delivered = 2;
    private const byte Enroute = 1;

    /// <summary>The receipt's word and message_state.</summary>
    /// <param name="status">The status.</param>
    /// <param name="error">Why it failed, in the carrier's words.</param>
    public static (string Stat, byte State) Of(MessageStatus status, string? error) => status switch
    {
        MessageStatus.DeviceAck or MessageStatus.Read or MessageStatus.Emulated => ("DELIVRD", Delivered),
        MessageStatus.Expired => ("EXPIRED", 3),
        MessageStatus.StoppedByUser or MessageStatus.StoppedByAdmin => ("DELETED", 4),
        MessageStatus.SentToSupplier => ("ACCEPTD", 6),
        MessageStatus.InsufficientAccountBalance or MessageStatus.VolumeLimit => ("REJECTD", 8),
        MessageStatus.VolumeLimitDaily or MessageStatus.VolumeLimitMonthly => ("REJECTD", 8),
        MessageStatus.RecipientDoesNotExist or MessageStatus.RoutingError => ("UNDELIV", 5),
        MessageStatus.DeliveryFailure => OfFailure(error ?? ""),
        _ => ("UNKNOWN", 7),
    };

    /// <summary>message_state for query_sm, where a message on its way is ENROUTE.</summary>
    public static byte Queried(MessageStatus status, string? error) =>
        status.IsFinal() ? Of(status, error).State : Enroute;

    private static (string, byte) OfFailure(string error)
    {
        if (error.Contains(": Unknown,", StringComparison.Ordinal)) return ("UNKNOWN", 7);
        if (error.Contains(": Deleted,", StringComparison.Ordinal)) return ("DELETED", 4);
        var rejected = error.Contains(": Rejected,", StringComparison.Ordinal)
            || error.Contains("refused with command_status", StringComparison.Ordinal);
        return rejected ? ("REJECTD", (byte)8) : ("UNDELIV", (byte)5);
    }
}
