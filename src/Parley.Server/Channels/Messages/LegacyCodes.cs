using Parley.Platform;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The number space of the legacy APIs, which the SMS-only APIs share (contract channels §3.4, §3.5, §7.4, §7.5): statuses 1
/// to 14 and errors 1 to 901.
/// </summary>
public static class LegacyCodes
{
    public const int Internal = 901;

    /// <summary>A status: three digits in the legacy APIs, an integer in the SMS-only ones.</summary>
    public static int StatusOf(MessageStatus status) => status switch
    {
        MessageStatus.Unknown => 1,
        MessageStatus.Queued => 2,
        MessageStatus.SentToSupplier => 3,
        MessageStatus.DeviceAck or MessageStatus.Read or MessageStatus.Emulated => 4,
        MessageStatus.StoppedByUser or MessageStatus.StoppedByAdmin => 6,
        MessageStatus.RoutingError => 9,
        MessageStatus.Expired => 10,
        MessageStatus.Scheduled => 11,
        MessageStatus.InsufficientAccountBalance => 12,
        MessageStatus.VolumeLimit or MessageStatus.VolumeLimitDaily or MessageStatus.VolumeLimitMonthly => 14,
        _ => 7,
    };

    /// <summary>The status in words, as §7.5 has them.</summary>
    public static string DescriptionOf(MessageStatus status) => StatusOf(status) switch
    {
        1 => "Message unknown",
        2 => "Message queued",
        3 => "Delivered to gateway",
        4 => "Received by recipient",
        6 => "User cancelled message delivery",
        9 => "Routing error",
        10 => "Message expired",
        11 => "Message queued for later delivery",
        12 => "Out of credit",
        14 => "Maximum MT limit exceeded",
        _ => "Error delivering message",
    };

    /// <summary>The status's name in the SMS-only APIs (§3.5).</summary>
    public static string NameOf(MessageStatus status) => StatusOf(status) switch
    {
        1 => "MESSAGE_UNKNOWN",
        2 => "MESSAGE_QUEUED",
        3 => "DELIVERED_TO_GATEWAY",
        4 => "RECEIVED_BY_RECIPIENT",
        6 => "USER_CANCELLED_MESSAGE_DELIVERY",
        9 => "ROUTING_ERROR",
        10 => "MESSAGE_EXPIRED",
        11 => "MESSAGE_QUEUED_FOR_LATER_DELIVERY",
        12 => "OUT_OF_CREDIT",
        14 => "MAXIMUM_MT_LIMIT_EXCEEDED",
        _ => "ERROR_DELIVERING_MESSAGE",
    };

    /// <summary>The error that a refused message gets.</summary>
    public static int ErrorOf(Refusal refusal) => FindError(refusal) ?? Internal;

    /// <summary>Null for a refusal that these APIs have no number for.</summary>
    public static int? FindError(Refusal refusal) => refusal.Code switch
    {
        MessageRefusals.InvalidParameter => ParameterError(refusal.Subject),
        MessageRefusals.ContentTooLarge or MessageRefusals.TooManyParts => 113,
        MessageRefusals.InvalidRecipient => 105,
        MessageRefusals.UnsupportedCharset => 101,
        MessageRefusals.SenderSuspended or MessageRefusals.SenderNotTied => 106,
        MessageRefusals.NeedsTwoWay or MessageRefusals.NeedsStopCommands => 106,
        MessageRefusals.NoTwoWayThere => 114,
        MessageRefusals.NotOnSandbox => 105,
        MessageRefusals.BalanceTooLow => 301,
        MessageRefusals.OptedOut => 122,
        MessageRefusals.Blocked => 121,
        MessageRefusals.Delisted => 128,
        MessageRefusals.FeatureNotActive or MessageRefusals.ChannelNotAvailable => 114,
        MessageRefusals.TryLater => Internal,
        MessageRefusals.Unknown or MessageRefusals.NotReplaceable => 103,
        _ => null,
    };

    private static int ParameterError(string? name) => name switch
    {
        "content" => 107,
        "from" => 106,
        "userDataHeader" => 102,
        "scheduledDeliveryTime" => 120,
        _ => 101,
    };
}
