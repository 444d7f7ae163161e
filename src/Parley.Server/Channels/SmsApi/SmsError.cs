using Parley.Platform;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.SmsApi;

/// <summary>
/// An error of the SMS-only APIs (contract channels §3.4): its code, the HTTP status when it refuses the request whole, and
/// a sentence; the title follows from the code.
/// </summary>
internal sealed record SmsError(int Code, int Http, string Description)
{
    public const int MalformedCode = 100;
    public const int ParameterCode = 101;

    public static readonly SmsError AccountFrozen = new(4, 400, "The account is not active.");
    public static readonly SmsError AddressNotApproved = new(7, 401, "The IP address of the caller is not approved.");

    public static readonly SmsError KeyWrong =
        new(108, 401, "The integration API key is either incorrect or has not been included in the API call.");

    public static readonly SmsError IntegrationNotActive =
        new(108, 401, "The integration of this API key is not active.");

    public static readonly SmsError NoContent = new(107, 400, "The content is missing or empty.");
    public static readonly SmsError UnknownMessage = new(103, 404, "There is no message with this id.");
    public static readonly SmsError NoMessageId = new(109, 400, "The parameter messageId is missing.");
    public static readonly SmsError MethodNotSupported = new(160, 405, "The method is not supported on this resource.");
    public static readonly SmsError NoSuchResource = new(161, 404, "There is nothing at this address.");
    public static readonly SmsError Version = new(165, 400, "The header X-Version names a version other than 1.");

    public static readonly SmsError NotAcceptable =
        new(166, 400, "The header Accept takes neither application/json nor application/xml.");

    public static readonly SmsError ContentType = new(167, 400,
        "The header Content-Type names neither JSON nor XML nor application/x-www-form-urlencoded.");

    public static readonly SmsError NoCredit = new(301, 402, "The balance is too low to send messages.");
    public static readonly SmsError FromNotAllowed = new(607, 400, "A one-way integration must leave FROM out.");

    public static readonly SmsError RateLimit =
        new(901, 503, "The rate limit of the integration is exceeded; please retry.");

    public static readonly SmsError TryLater = new(901, 503, "The message can't be taken now; please retry.");
    public static readonly SmsError Internal = new(901, 500, "Something went wrong here; please retry.");

    public static readonly SmsError KeyInProgress =
        new(901, 503, "A request with this Idempotency-Key is in progress; please retry.");

    public static SmsError LineTooLong => Malformed("its address is too long");

    /// <summary>A short title ending in a full stop.</summary>
    public string Title => Code switch
    {
        4 => "Account frozen.",
        7 => "IP address not approved.",
        100 => "Data malformed.",
        101 => "Invalid or missing parameters.",
        102 => "Invalid user data header.",
        103 => "Unknown API message ID.",
        105 => "Invalid destination address.",
        106 => "Invalid source address.",
        107 => "Empty message.",
        108 => "Invalid or missing integration API Key.",
        109 => "Missing message ID.",
        113 => "Maximum message parts exceeded.",
        114 => "Cannot route message.",
        116 => "Invalid unicode data.",
        120 => "Invalid delivery time or client message ID.",
        121 => "Destination mobile number blocked.",
        122 => "Destination mobile opted out.",
        128 => "Number delisted.",
        160 => "Method not supported.",
        161 => "Resource does not exist.",
        165 => "Invalid or missing version header.",
        166 => "Invalid accept header.",
        167 => "Invalid or missing content type.",
        301 => "No credit left.",
        607 => "Invalid FROM number.",
        _ => "Internal error, please retry.",
    };

    public static SmsError Malformed(string why) => new(MalformedCode, 400, $"The request can't be read: {why}.");

    public static SmsError Parameter(string name, string why, int code = ParameterCode) =>
        new(code, 400, $"{name} {why}.");

    /// <summary>The one place where refusals become this surface's codes.</summary>
    public static SmsError Of(Refusal refusal) => LegacyCodes.ErrorOf(refusal) switch
    {
        301 => NoCredit,
        LegacyCodes.Internal => TryLater,
        var code => new(code, 400, refusal.Reason),
    };
}
