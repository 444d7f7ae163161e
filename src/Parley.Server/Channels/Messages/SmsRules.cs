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
        if (content.Data is { } data)
        {
            if (data.Length == 0 && content.UserDataHeader is null) return MessageRefusals.Parameter("content", "The content is empty.");
            if (content.UserDataHeader is { } header && !(UserDataHeader.TrySplit(header, out _, out var rest) && rest.IsEmpty))
                return MessageRefusals.Parameter("userDataHeader", "The user data header's lengths do not fit each other.");
            parts = SegmentPlan.OfBinary(data, content.UserDataHeader ?? [], ConcatenationKind.Udh8).Count;
        }
        else
        {
            if (string.IsNullOrEmpty(content.Text)) return MessageRefusals.Parameter("content", "The content is empty.");
            if (content.Text.Length > LongestText) return new Refusal(MessageRefusals.ContentTooLarge, $"The content is longer than {LongestText} characters.");
            var encoding = content.Encoding == "ucs2" ? TextEncoding.Ucs2 : SegmentPlan.Choose(content.Text, TextEncoding.Gsm);
            parts = SegmentPlan.CountParts(content.Text, encoding, ConcatenationKind.Udh8);
        }
        return parts <= most ? parts : new Refusal(MessageRefusals.TooManyParts, $"The message takes {parts} parts; {most} are allowed.");
    }

    public static Refusal? Times(NewMessage message, long now)
    {
        if (message.ValidityMinutes is < 1 or > LongestValidityMinutes)
            return MessageRefusals.Parameter("validityPeriod", $"The validity period is not 1 to {LongestValidityMinutes} minutes.");
        return message.ScheduledAt > now + FarthestSchedule
            ? MessageRefusals.Parameter("scheduledDeliveryTime", "The scheduled delivery time is more than 7 days ahead.")
            : null;
    }

    public static Refusal? ClientMessageId(string id) => id.Length > LongestClientMessageId
        ? MessageRefusals.Parameter("clientMessageId", $"The client message id is longer than {LongestClientMessageId} characters.")
        : null;
}
