using Parley.Platform;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.OneApi;

/// <summary>An error of the One API (contract channels §2.5): its code, HTTP status and text.</summary>
internal sealed record OneApiError(int Code, int Http, string Description)
{
    public const int MalformedCode = 21;

    public static readonly OneApiError KeyWrong = new(1, 401, "The integration API key is missing or wrong");
    public static readonly OneApiError AccountNotActive = new(2, 400, "The account is not active");
    public static readonly OneApiError IntegrationNotActive = new(3, 400, "The integration is not active");
    public static readonly OneApiError AddressNotApproved = new(7, 401, "The IP address of the caller is not approved");
    public static readonly OneApiError Internal = new(18, 500, "Internal error");
    public static readonly OneApiError TryLater = new(19, 503, "Internal error: please retry");
    public static readonly OneApiError TooManyMessages = new(22, 400, "Too many messages in one payload: at most 200 are allowed");
    public static readonly OneApiError NoSuchResource = new(41, 404, "The resource does not exist");
    public static readonly OneApiError MethodNotSupported = new(42, 400, "The method is not supported on this resource");
    public static readonly OneApiError RateLimit = new(43, 400, "The rate limit of the integration is exceeded");
    public static readonly OneApiError WhatsAppNotAvailable = new(39, 400, "The channel is not available on this integration: whatsapp");
    public static readonly OneApiError EncryptionNotActive = new(38, 400, "The feature is not active on this integration: encryptionKey");
    public static readonly OneApiError KeyInProgress = new(19, 503, "A request with this Idempotency-Key is in progress: please retry");

    public static OneApiError Malformed(string why) => new(MalformedCode, 400, $"The payload is malformed: {why}");

    public static OneApiError Parameter(string name) => new(23, 400, $"Invalid or missing parameter: {name}");

    public static OneApiError Charset(string charset) => new(40, 400, $"The charset is not supported: {charset}");

    public static OneApiError ContentType(string field) => new(30, 400, $"The content type is not supported on this channel: {field}");

    /// <summary>The one place where refusals become this surface's codes.</summary>
    public static OneApiError Of(Refusal refusal) => Find(refusal) ?? TryLater;

    /// <summary>Null for a refusal that this surface has no code for.</summary>
    public static OneApiError? Find(Refusal refusal) => refusal.Code switch
    {
        MessageRefusals.InvalidParameter => Parameter(refusal.Subject ?? "content"),
        MessageRefusals.ContentTooLarge => new(24, 400, "The content is too large"),
        MessageRefusals.InvalidRecipient => new(25, 400, $"Invalid recipient address: {refusal.Subject}"),
        MessageRefusals.OptedOut => new(26, 400, "The recipient has opted out"),
        // This surface has no codes of its own for these two (§2.5 is closed): what a client does about them is the same.
        MessageRefusals.Delisted => new(26, 400, "The recipient has opted out: delisted"),
        MessageRefusals.Blocked => new(25, 400, $"Invalid recipient address: {refusal.Subject} is blocked"),
        MessageRefusals.NotOnSandbox => new(28, 400, "The recipient is not on the sandbox"),
        MessageRefusals.NoTwoWayThere => new(101, 400, "The destination of the SMS has no two-way messaging"),
        MessageRefusals.NeedsTwoWay => new(110, 400, "SMS to the USA need a two-way integration"),
        MessageRefusals.NeedsStopCommands => new(111, 400, "SMS to the USA need STOP and SUBSCRIBE commands enabled"),
        MessageRefusals.TooManyParts => new(100, 400, "The SMS takes too many message parts"),
        MessageRefusals.UnsupportedCharset => Charset(refusal.Subject ?? ""),
        MessageRefusals.SenderSuspended => new(44, 400, "The FROM number is suspended"),
        MessageRefusals.SenderNotTied => new(45, 400, "The FROM number is not tied to the integration"),
        MessageRefusals.BalanceTooLow => new(20, 402, "The account balance is too low"),
        MessageRefusals.FeatureNotActive => new(38, 400, "The feature is not active on this integration"),
        MessageRefusals.ChannelNotAvailable => new(39, 400, "The channel is not available on this integration"),
        MessageRefusals.TryLater => TryLater,
        // Only asked about on other doors.
        MessageRefusals.Unknown or MessageRefusals.NotReplaceable => Parameter("messageId"),
        _ => null,
    };
}
