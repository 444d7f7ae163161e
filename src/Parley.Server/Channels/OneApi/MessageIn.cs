using System.Text.Json;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Web;

namespace Parley.Server.Channels.OneApi;

/// <summary>
/// One entry of <c>messages[]</c> as it was read (contract channels §2.2), leniently (§1.1, §10): numbers as strings and
/// strings as numbers, empty and null as unset, unknown fields ignored, the last of repeated fields counting.
/// </summary>
internal struct MessageIn
{
    private const string Wrong = "\0wrong";

    public string? To;
    private string? _channel;
    private string? _from;
    private string? _content;
    public string? ClientMessageId;
    private string? _charset;
    private string? _scheduled;
    private string? _validity;
    private string? _udh;
    private string? _binary;
    private string? _encryptionKey;
    private string? _otherContent;
    private bool _severalContents;

    /// <summary>Reads the object that the reader stands on the start of.</summary>
    public static MessageIn Read(ref Utf8JsonReader reader)
    {
        var message = default(MessageIn);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("to"u8)) message.To = Text(ref reader);
            else if (reader.ValueTextEquals("content"u8)) message._content = Text(ref reader);
            else if (reader.ValueTextEquals("channel"u8)) message._channel = Text(ref reader);
            else if (reader.ValueTextEquals("from"u8)) message._from = Text(ref reader);
            else if (reader.ValueTextEquals("clientMessageId"u8)) message.ClientMessageId = Text(ref reader);
            else if (reader.ValueTextEquals("charset"u8)) message._charset = Text(ref reader);
            else if (reader.ValueTextEquals("scheduledDeliveryTime"u8)) message._scheduled = Text(ref reader);
            else if (reader.ValueTextEquals("validityPeriod"u8)) message._validity = Text(ref reader);
            else if (reader.ValueTextEquals("userDataHeader"u8)) message._udh = Text(ref reader);
            else if (reader.ValueTextEquals("binary"u8)) message._binary = Text(ref reader);
            else if (reader.ValueTextEquals("encryptionKey"u8)) message._encryptionKey = Text(ref reader);
            else message.Other(ref reader);
        }
        return message;
    }

    /// <summary>The message in the platform's form, or the error that the entry gets.</summary>
    public readonly (NewMessage? Message, OneApiError? Error) ToMessage()
    {
        var channel = _channel?.Trim() ?? "";
        if (channel.Equals("whatsapp", StringComparison.OrdinalIgnoreCase))
            return (null, OneApiError.WhatsAppNotAvailable);
        if (channel.Length > 0 && !channel.Equals("sms", StringComparison.OrdinalIgnoreCase))
            return (null, OneApiError.Parameter("channel"));
        if (string.IsNullOrEmpty(To) || To == Wrong) return (null, OneApiError.Parameter("to"));
        if (_severalContents || (_otherContent is not null && !string.IsNullOrEmpty(_content)))
            return (null, OneApiError.Parameter("content"));
        if (_otherContent is not null) return (null, OneApiError.ContentType(_otherContent));
        if (string.IsNullOrEmpty(_content) || _content == Wrong) return (null, OneApiError.Parameter("content"));
        if (_from == Wrong) return (null, OneApiError.Parameter("from"));
        if (ClientMessageId == Wrong) return (null, OneApiError.Parameter("clientMessageId"));
        if (!string.IsNullOrEmpty(_encryptionKey)) return (null, OneApiError.EncryptionNotActive);
        if (!Lenient.CharsetKnown(_charset)) return (null, OneApiError.Charset(_charset == Wrong ? "" : _charset!));
        if (!Lenient.TryTime(_scheduled, out var scheduled)) return (null, OneApiError.Parameter("scheduledDeliveryTime"));
        if (!Lenient.TryNumber(_validity, out var validity)) return (null, OneApiError.Parameter("validityPeriod"));
        if (!Lenient.TryFlag(_binary, out var binary)) return (null, OneApiError.Parameter("binary"));
        if (!Lenient.TryHex(_udh, out var udh)) return (null, OneApiError.Parameter("userDataHeader"));
        byte[]? data = null;
        if ((binary || udh is not null) && !Lenient.TryHex(_content, out data)) return (null, OneApiError.Parameter("content"));
        return (new NewMessage
        {
            To = To,
            From = _from ?? "",
            ClientMessageId = ClientMessageId ?? "",
            Content = data is null ? new SmsContent(_content, null, null, null, false) : new SmsContent(null, data, udh, null, false),
            ScheduledAt = scheduled,
            ValidityMinutes = validity,
        }, null);
    }

    /// <summary>What was not given, or can't be read, is empty in the answer.</summary>
    public readonly string ToAsGiven => To is null or Wrong ? "" : To;

    public readonly string? ClientMessageIdAsGiven =>
        string.IsNullOrEmpty(ClientMessageId) || ClientMessageId == Wrong ? null : ClientMessageId;

    private void Other(ref Utf8JsonReader reader)
    {
        string? form = null;
        foreach (var name in (ReadOnlySpan<string>)["media", "location", "contacts", "template", "hsm", "interactive"])
            if (reader.ValueTextEquals(name)) form = name;
        reader.Read();
        var given = reader.TokenType != JsonTokenType.Null;
        reader.Skip();
        if (form is null || !given) return;
        _severalContents |= _otherContent is not null;
        _otherContent = form;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            default:
                reader.Skip();
                return Wrong;
        }
    }
}
