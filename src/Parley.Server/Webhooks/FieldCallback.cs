using System.Globalization;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>
/// Callbacks that are a list of names and values: the platform's SMS-only form (contract channels §3.6; query of a GET or
/// JSON) and the legacy form (§8; query of a GET or a form). Every documented name is always there.
/// </summary>
internal static class FieldCallback
{
    // §8: the legacy APIs' clock, which knows no summer time.
    private static readonly TimeSpan LegacyOffset = TimeSpan.FromHours(2);

    public static void Write(Letter letter, CallbackDestination target, StatusReport report)
    {
        var fields = target.Form == CallbackForm.Legacy
            ? Legacy(target.Source, report) : Platform(target.Source, report);
        Write(letter, target, report.Id, fields);
        letter.MessageId = report.MessageId;
    }

    public static void Write(Letter letter, CallbackDestination target, Reply reply)
    {
        var fields = target.Form == CallbackForm.Legacy
            ? Legacy(target.Source, reply) : Platform(target.Source, reply);
        Write(letter, target, reply.Id, fields);
        letter.MessageId = reply.MessageId;
    }

    private static List<CallbackField> Platform(Integration integration, StatusReport report)
    {
        var words = LegacyCodes.DescriptionOf(report.Status);
        return
        [
            .. Sender(integration),
            CallbackField.Text("messageId", report.MessageId),
            CallbackField.Text("requestId", null),
            CallbackField.Text("clientMessageId", NullIfEmpty(report.ClientMessageId)),
            CallbackField.Text("to", report.Facts.To),
            CallbackField.Text("from", NullIfEmpty(report.Facts.From)),
            CallbackField.Whole("statusCode", LegacyCodes.StatusOf(report.Status)),
            CallbackField.Text("status", LegacyCodes.NameOf(report.Status)),
            CallbackField.Text(
                "statusDescription", report.Facts.Error is { } error ? $"{words}: {error}" : words),
            CallbackField.Whole("timestamp", report.AtMillis),
        ];
    }

    private static List<CallbackField> Platform(Integration integration, Reply reply)
    {
        var raw = integration.RawReplyTexts ? RawText.Of(reply.Text) : null;
        return
        [
            .. Sender(integration),
            // Some receivers refuse a reply without it, so one that answers nothing names itself.
            CallbackField.Text("messageId", reply.RelatedMessageId ?? reply.MessageId),
            CallbackField.Text("replyMessageId", reply.MessageId),
            CallbackField.Text("fromNumber", reply.From),
            CallbackField.Text("toNumber", reply.To),
            CallbackField.Whole("timestamp", reply.AtMillis),
            raw is null ? CallbackField.Text("text", reply.Text) : CallbackField.Raw("text", raw.Octets),
            CallbackField.Text("charset", raw?.Charset ?? "UTF-8"),
            CallbackField.Text("udh", NullIfEmpty(reply.UserDataHeader)),
            CallbackField.Text("network", NullIfEmpty(reply.Network)),
            CallbackField.Text("keyword", null),
        ];
    }

    /// <summary>Old clients want the key's name; the key itself stays here.</summary>
    private static CallbackField[] Sender(Integration integration) =>
    [
        CallbackField.Text("integrationId", integration.Id),
        CallbackField.Text("integrationName", integration.Name),
        CallbackField.Text("apiKey", ""),
    ];

    private static List<CallbackField> Legacy(Integration integration, StatusReport report)
    {
        var status = LegacyCodes.StatusOf(report.Status);
        var charge = Charges.Credits(
            integration.Tenant.Price, report.Status, report.Facts.To, report.Facts.Parts, report.Facts.Charged);
        List<CallbackField> fields =
        [
            CallbackField.Text("api_id", integration.Account?.ApiId ?? ""),
            CallbackField.Text("apiMsgId", report.MessageId),
            CallbackField.Text("cliMsgId", report.ClientMessageId),
            CallbackField.Text("to", report.Facts.To),
            CallbackField.Whole("timestamp", report.AtMillis / 1000),
            CallbackField.Text("from", report.Facts.From),
            CallbackField.Text("status", status.ToString("D3", CultureInfo.InvariantCulture)),
            CallbackField.Text("charge", charge.ToString("0.###", CultureInfo.InvariantCulture)),
        ];
        if (integration.LegacyMoMsgId) fields.Add(CallbackField.Text("moMsgId", report.MessageId));
        return fields;
    }

    private static List<CallbackField> Legacy(Integration integration, Reply reply)
    {
        var raw = RawText.Of(reply.Text);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(reply.AtMillis).ToOffset(LegacyOffset);
        List<CallbackField> fields =
        [
            CallbackField.Text("api_id", integration.Account?.ApiId ?? ""),
            CallbackField.Text("from", reply.From),
            CallbackField.Text("to", reply.To),
            CallbackField.Text("timestamp", at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            CallbackField.Raw("text", raw.Octets),
            CallbackField.Text("charset", raw.Charset),
            CallbackField.Text("udh", reply.UserDataHeader),
            CallbackField.Text("moMsgId", reply.MessageId),
        ];
        if (reply.Network.Length > 0) fields.Add(CallbackField.Text("network", reply.Network));
        return fields;
    }

    private static void Write(Letter letter, CallbackDestination target, string id, List<CallbackField> fields)
    {
        if (target.Method == CallbackMethod.Get)
            CallbackField.WritePairs(letter.Begin(id, LetterShape.Query), target.OwnQuery, fields);
        else if (target.Form == CallbackForm.Legacy)
            CallbackField.WritePairs(letter.Begin(id, LetterShape.Form), "", fields);
        else CallbackField.WriteJson(letter.Begin(id), fields);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
