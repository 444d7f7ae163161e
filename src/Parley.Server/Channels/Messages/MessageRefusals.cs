using Parley.Platform;

namespace Parley.Server.Channels.Messages;

/// <summary>Why a message is not accepted. Codes are stable; each door maps them to its own.</summary>
public static class MessageRefusals
{
    public const string InvalidParameter = "message.parameter-invalid";
    public const string ContentTooLarge = "message.content-too-large";
    public const string InvalidRecipient = "message.recipient-invalid";
    public const string TooManyParts = "message.too-many-parts";
    public const string UnsupportedCharset = "message.charset-unsupported";
    public const string SenderSuspended = "message.sender-suspended";
    public const string SenderNotTied = "message.sender-not-tied";
    public const string BalanceTooLow = "message.balance-too-low";
    public const string FeatureNotActive = "message.feature-not-active";
    public const string ChannelNotAvailable = "message.channel-not-available";
    public const string OptedOut = "message.recipient-opted-out";
    public const string Blocked = "message.recipient-blocked";
    public const string Delisted = "message.recipient-delisted";
    public const string NeedsTwoWay = "message.needs-two-way";
    public const string NeedsStopCommands = "message.needs-stop-commands";
    public const string NoTwoWayThere = "message.no-two-way-there";
    public const string NotOnSandbox = "message.recipient-not-on-sandbox";
    public const string TryLater = "message.try-later";
    public const string Unknown = "message.unknown";
    public const string NotReplaceable = "message.not-replaceable";

    public static readonly Refusal NoCredit = new(BalanceTooLow, "The balance is too low.");

    public static Refusal Parameter(string name, string why) => new(InvalidParameter, why, name);

    public static Refusal Recipient(string to) => new(InvalidRecipient, "The recipient is not a number in international format.", to);
}
