using Parley.Platform;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.Messages;

/// <summary>What makes an SMS acceptable (contract channels §2.2, §2.5, §4): pure rules.</summary>
internal static class SmsRules
{
    public const int DefaultValidityMinutes = 1_440;
    private const int LongestValidityMinutes = 10_080;
    private const int LongestClientMessageId = 64;
    private const int LongestText = 10_000;
    private const long FarthestSchedule = 7 * 24 * 60 * Micros.PerMinute;

    /// <summary>The recipient in digits; null when it is no number in international format.</summary>
    public static string? Recipient(string to)
    {
        var digits = to.AsSpan().Trim();
        if (digits.StartsWith("+")) digits = digits[1..];
        if (digits.Length is < 7 or > 15 || digits[0] == '0' || digits.ContainsAnyExceptInRange('0', '9')) return null;
        return digits.Length == to.Length ? to : digits.ToString();
    }

    /// <summary>The sender to use (empty leaves it to the carrier), or why the one asked for may not be used.</summary>
    public static Result<string> Sender(Integration integration, string from)
    {
        if (from.Length == 0) return integration.Senders.FirstOrDefault(s => !s.Suspended)?.Address ?? "";
        var asked = from.StartsWith('+') ? from[1..] : from;
        if (integration.SenderNamed(asked) is not { } sender)
            return new Refusal(MessageRefusals.SenderNotTied, "The FROM number is not tied to the integration.", from);
        return sender.Suspended ? new Refusal(MessageRefusals.SenderSuspended, "The FROM number is suspended.", from) : sender.Address;
    }

    /// <summary>The number of parts, or why the content can't be sent.</summary>
    public static Result<int> Parts(SmsContent content, int most)
    {
        int parts;
        if (content.UserDataHeader is { } header
            && !(UserDataHeader.TrySplit(header, out _, out var rest) && rest.IsEmpty))
            return MessageRefusals.Parameter("userDataHeader", "The user data header's lengths do not fit each other.");
        if (content.Data is { } data)
        {
            if (data.Length == 0 && content.UserDataHeader is null) return MessageRefusals.Parameter("content", "The content is empty.");
            parts = SegmentPlan.OfBinary(data, content.UserDataHeader ?? [], ConcatenationKind.Udh8).Count;
        }
        else
        {
            if (string.IsNullOrEmpty(content.Text)) return MessageRefusals.Parameter("content", "The content is empty.");
            if (content.Text.Length > LongestText) return new Refusal(MessageRefusals.ContentTooLarge, $"The content is longer than {LongestText} characters.");
            parts = content.UserDataHeader is { } own ? PartsBeside(own, content.Text, content.Encoding)
                : SegmentPlan.CountParts(
                    content.Text, EncodingOf(content.Encoding, content.Text), ConcatenationKind.Udh8);
            if (parts > 1 && content.UserDataHeader is { } joined && IsPart(joined))
                return new Refusal(MessageRefusals.ContentTooLarge, "A part of a long message must fit one message.");
        }
        return parts <= most ? parts : new Refusal(MessageRefusals.TooManyParts, $"The message takes {parts} parts; {most} are allowed.");
    }

    private static int PartsBeside(byte[] header, string text, string? asked)
    {
        var encoding = asked == "gsm7" ? TextEncoding.Gsm : EncodingOf(asked, text);
        UserDataHeader.TrySplit(header, out var read, out _);
        return SegmentPlan.CountParts(text, encoding, ConcatenationKind.Udh8, read.Table, header.Length);
    }

    private static bool IsPart(byte[] header) =>
        UserDataHeader.TrySplit(header, out var read, out _) && read.Concatenation is not null;

    private static TextEncoding EncodingOf(string? asked, string text) => asked switch
    {
        "ucs2" => TextEncoding.Ucs2,
        "latin1" => TextEncoding.Latin1,
        "ascii" => TextEncoding.Ascii,
        _ => SegmentPlan.Choose(text, TextEncoding.Gsm),
    };

    public static Refusal? Times(NewMessage message, long now)
    {
        if (message.ValidityMinutes is < 1 or > LongestValidityMinutes)
            return MessageRefusals.Parameter("validityPeriod", $"The validity period is not 1 to {LongestValidityMinutes} minutes.");
        return message.ScheduledAt > now + FarthestSchedule
            ? MessageRefusals.Parameter("scheduledDeliveryTime", "The scheduled delivery time is more than 7 days ahead.")
            : null;
    }

    public static Refusal? ClientMessageId(string id)
    {
        const string Name = "clientMessageId";
        if (id.Length > LongestClientMessageId)
            return MessageRefusals.Parameter(
                Name, $"The client message id is longer than {LongestClientMessageId} characters.");
        return id.Contains('\0')
            ? MessageRefusals.Parameter(Name, "The client message id has a character that is none.") : null;
    }
}
