using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Refusals in SMPP's words (contract channels §5; the rows beyond it are ours, from the vendor's range 0x400).</summary>
internal static class Statuses
{
    public const CommandStatus NoCredit = (CommandStatus)0x0400;
    public const CommandStatus OptedOut = (CommandStatus)0x0401;
    public const CommandStatus Blocked = (CommandStatus)0x0402;
    public const CommandStatus Delisted = (CommandStatus)0x0403;
    public const CommandStatus NotAllowedThere = (CommandStatus)0x0404;
    public const CommandStatus Duplicate = (CommandStatus)0x0405;

    public static CommandStatus Of(Refusal refusal) => Find(refusal) ?? CommandStatus.SubmitFailed;

    /// <summary>Null for a refusal that this door has no word of its own for.</summary>
    public static CommandStatus? Find(Refusal refusal) => refusal.Code switch
    {
        MessageRefusals.InvalidRecipient or MessageRefusals.NotOnSandbox => CommandStatus.InvalidDestinationAddress,
        MessageRefusals.SenderNotTied or MessageRefusals.SenderSuspended => CommandStatus.InvalidSourceAddress,
        MessageRefusals.NeedsTwoWay or MessageRefusals.NeedsStopCommands => CommandStatus.InvalidSourceAddress,
        MessageRefusals.ContentTooLarge or MessageRefusals.TooManyParts => CommandStatus.InvalidMessageLength,
        MessageRefusals.InvalidParameter => OfParameter(refusal.Subject),
        MessageRefusals.UnsupportedCharset => CommandStatus.SubmitFailed,
        MessageRefusals.BalanceTooLow => NoCredit,
        MessageRefusals.OptedOut => OptedOut,
        MessageRefusals.Blocked => Blocked,
        MessageRefusals.Delisted => Delisted,
        MessageRefusals.NoTwoWayThere or MessageRefusals.FeatureNotActive => NotAllowedThere,
        MessageRefusals.ChannelNotAvailable => NotAllowedThere,
        MessageRefusals.TryLater => CommandStatus.MessageQueueFull,
        MessageRefusals.Unknown => CommandStatus.InvalidMessageId,
        MessageRefusals.NotReplaceable => CommandStatus.ReplaceFailed,
        _ => null,
    };

    private static CommandStatus OfParameter(string? name) => name switch
    {
        "content" => CommandStatus.InvalidMessageLength,
        "from" => CommandStatus.InvalidSourceAddress,
        "userDataHeader" => CommandStatus.InvalidEsmClass,
        "scheduledDeliveryTime" => CommandStatus.InvalidSchedule,
        "validityPeriod" => CommandStatus.InvalidExpiry,
        _ => CommandStatus.SubmitFailed,
    };
}
