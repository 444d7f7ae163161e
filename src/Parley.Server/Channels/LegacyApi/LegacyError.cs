using System.Globalization;
using Parley.Platform;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// An error of the legacy APIs (contract channels §7.4; 160 to 166 are §3.4's). Texts have neither colon nor comma: clients
/// split at them (§7.2).
/// </summary>
internal sealed record LegacyError(int Code, string Text)
{
    public const int MalformedCode = 100;

    public static readonly LegacyError AuthenticationFailed = new(1, "Authentication failed");
    public static readonly LegacyError SessionExpired = new(3, "Session ID expired");
    public static readonly LegacyError AccountFrozen = new(4, "Account frozen");
    public static readonly LegacyError MissingSession = new(5, "Missing session ID");
    public static readonly LegacyError AddressNotApproved = new(7, "IP lockdown violation");
    public static readonly LegacyError InvalidDestination = new(105, "Invalid destination address");
    public static readonly LegacyError UnknownMessage = new(103, "Unknown API message ID");
    public static readonly LegacyError UnknownClientMessage = new(104, "Unknown client message ID");
    public static readonly LegacyError EmptyMessage = new(107, "Empty message");
    public static readonly LegacyError InvalidApiId = new(108, "Invalid or missing API ID");
    public static readonly LegacyError MissingMessageId = new(109, "Missing message ID");
    public static readonly LegacyError CannotRoute = new(114, "Cannot route message");
    public static readonly LegacyError InvalidUnicode = new(116, "Invalid unicode data");
    public static readonly LegacyError InvalidDeliveryTime = new(120, "Invalid delivery time");
    public static readonly LegacyError InvalidBatch = new(201, "Invalid batch ID");
    public static readonly LegacyError NoTemplate = new(202, "No batch template");
    public static readonly LegacyError TryLater = new(LegacyCodes.Internal, "Internal error (please retry)");
    public static readonly LegacyError MethodNotSupported = new(160, "The method is not supported on this resource");
    public static readonly LegacyError NoSuchResource = new(161, "The resource does not exist");
    public static readonly LegacyError VersionNotSupported = new(165, "The API version is not supported");
    public static readonly LegacyError NothingAcceptable = new(166, "The answer can be JSON or XML only");

    /// <summary>Three digits.</summary>
    public string Number => Code.ToString("000", CultureInfo.InvariantCulture);

    public static LegacyError Malformed(string why) => new(MalformedCode, $"Data malformed ({why})");

    public static LegacyError Parameter(string name) => new(101, $"Invalid or missing parameters ({name})");

    public static LegacyError InvalidHeader(string why) => new(102, $"Invalid user data header ({why})");

    /// <summary>The account's requests of this second are used up.</summary>
    public static LegacyError LimitReached(DateTimeOffset until) =>
        new(130, $"MT limit reached until {until.ToUnixTimeSeconds()}");

    /// <summary>What a refused message gets; <see cref="LegacyCodes"/> has the numbers.</summary>
    public static LegacyError Of(Refusal refusal)
    {
        var code = LegacyCodes.ErrorOf(refusal);
        // A sender id is told apart from a source number.
        var named = refusal.Subject?.Any(char.IsAsciiLetter) == true;
        if (refusal.Code == MessageRefusals.SenderNotTied && named) code = 123;
        return code switch
        {
            101 => Parameter(named && refusal.Subject!.All(char.IsAsciiLetter) ? refusal.Subject! : "value"),
            102 => InvalidHeader("its lengths do not fit each other"),
            103 => UnknownMessage,
            105 => InvalidDestination,
            106 => new(code, "Invalid source address"),
            107 => EmptyMessage,
            113 => new(code, "Maximum message parts exceeded"),
            114 => CannotRoute,
            120 => InvalidDeliveryTime,
            121 => new(code, "Destination mobile number blocked"),
            122 => new(code, "Destination mobile opted out"),
            123 => new(code, "Invalid sender ID"),
            128 => new(code, "Number delisted"),
            301 => new(code, "No credit left"),
            _ => TryLater,
        };
    }
}
