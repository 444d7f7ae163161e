namespace Parley.Server.Channels.Messages;

/// <summary>Contract channels §2.6, the ones that SMS can meet. The number is <c>statusCode</c>, the name <c>status</c>.</summary>
public enum MessageStatus
{
    Unknown = 1,
    Queued = 2,
    Scheduled = 3,
    SentToSupplier = 4,
    DeviceAck = 5,
    Read = 6,
    Expired = 20,
    StoppedByUser = 21,
    StoppedByAdmin = 22,
    DeliveryFailure = 23,
    Emulated = 24,
    InsufficientAccountBalance = 25,
    VolumeLimit = 26,
    VolumeLimitDaily = 27,
    VolumeLimitMonthly = 28,
    RecipientDoesNotExist = 29,
    RoutingError = 100,
}

public static class MessageStatuses
{
    /// <summary>The name on the wire.</summary>
    public static string Name(this MessageStatus status) => status switch
    {
        MessageStatus.Queued => "QUEUED",
        MessageStatus.Scheduled => "SCHEDULED",
        MessageStatus.SentToSupplier => "SENT_TO_SUPPLIER",
        MessageStatus.DeviceAck => "DEVICE_ACK",
        MessageStatus.Read => "READ",
        MessageStatus.Expired => "EXPIRED",
        MessageStatus.StoppedByUser => "STOPPED_BY_USER",
        MessageStatus.StoppedByAdmin => "STOPPED_BY_ADMIN",
        MessageStatus.DeliveryFailure => "DELIVERY_FAILURE",
        MessageStatus.Emulated => "EMULATED",
        MessageStatus.InsufficientAccountBalance => "INSUFFICIENT_ACCOUNT_BALANCE",
        MessageStatus.VolumeLimit => "VOLUME_LIMIT",
        MessageStatus.VolumeLimitDaily => "VOLUME_LIMIT_DAILY",
        MessageStatus.VolumeLimitMonthly => "VOLUME_LIMIT_MONTHLY",
        MessageStatus.RecipientDoesNotExist => "RECIPIENT_DOES_NOT_EXIST",
        MessageStatus.RoutingError => "ROUTING_ERROR",
        _ => "UNKNOWN",
    };

    /// <summary>True when nothing follows any more (READ may still follow DEVICE_ACK on WhatsApp, not on SMS).</summary>
    public static bool IsFinal(this MessageStatus status) => status is not
        (MessageStatus.Unknown or MessageStatus.Queued or MessageStatus.Scheduled or MessageStatus.SentToSupplier);
}
