using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>The messages that a request asks for, or the error that refuses it whole (contract channels §3.1).</summary>
internal static class SmsRequest
{
    /// <summary>Makes a message of each number that stands there for the first time; the others answer their error.</summary>
    public static (IReadOnlyList<(NewMessage? Message, SmsError? Error)> Messages, SmsError? Error) Of(
        SmsFields fields, Integration integration)
    {
        var (template, error) = Template(fields, integration);
        if (template is null) return ([], error);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var messages = new List<(NewMessage?, SmsError?)>(fields.To.Count);
        foreach (var to in fields.To)
        {
            if (seen.Add(to.Trim().TrimStart('+'))) messages.Add((template with { To = to }, null));
            else messages.Add((null, SmsError.Parameter("to", $"has {Shown(to)} more than once")));
        }
        return (messages, null);
    }

    /// <summary>What all numbers have in common.</summary>
    private static (NewMessage? Message, SmsError? Error) Template(SmsFields fields, Integration integration)
    {
        if (fields.To.Count == 0) return (null, SmsError.Parameter("to", "is missing or empty"));
        if (fields.TooManyNumbers)
            return (null, SmsError.Parameter("to", $"has more than {SmsFields.MostNumbers} numbers"));
        if (fields.Content.Length == 0) return (null, SmsError.NoContent);
        if (fields.From.Length > 0 && !integration.TwoWay) return (null, SmsError.FromNotAllowed);
        if (fields.ClientMessageId.Any(char.IsWhiteSpace))
            return (null, SmsError.Parameter("clientMessageId", "has blanks", code: 120));
        if (!Lenient.CharsetKnown(fields.Charset)) return (null, SmsError.Parameter("charset", "is not supported"));
        // Zero is unset, as everywhere (§10.8).
        if (!Lenient.TryTime(fields.Scheduled == "0" ? "" : fields.Scheduled, out var scheduled))
            return (null, SmsError.Parameter("scheduledDeliveryTime", "is no date, time and offset", code: 120));
        if (!Lenient.TryNumber(fields.Validity, out var validity))
            return (null, SmsError.Parameter("validityPeriod", "is no number of minutes"));
        var (content, error) = Content(fields);
        if (content is null) return (null, error);
        return (new NewMessage
        {
            To = "",
            From = fields.From,
            ClientMessageId = fields.ClientMessageId,
            Content = content,
            ScheduledAt = scheduled,
            ValidityMinutes = validity,
            Door = Door.SmsApi,
        }, null);
    }

    private static (SmsContent? Content, SmsError? Error) Content(SmsFields fields)
    {
        if (!Lenient.TryFlag(fields.Binary, out var binary))
            return (null, SmsError.Parameter("binary", "is neither true nor false"));
        if (!Lenient.TryHex(fields.UserDataHeader, out var header))
            return (null, SmsError.Parameter("userDataHeader", "is not hexadecimal", code: 102));
        if (binary || (header is not null && HeaderedText.IsHex(header, fields.Content)))
        {
            return Lenient.TryHex(fields.Content, out var data)
                ? (new(null, data, header, null, false), null)
                : (null, SmsError.Parameter("content", "of a binary message is not hexadecimal"));
        }
        return SmsText.Of(fields) is var (text, encoding)
            ? (new(text, null, header, encoding, false), null)
            : (null, SmsError.Parameter("content", "is not UTF-16BE, as charset says", code: 116));
    }

    private static string Shown(string to) => to.Length <= 40 ? to : to[..40] + "…";
}
