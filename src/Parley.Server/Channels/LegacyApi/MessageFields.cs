using System.Globalization;
using System.Text;
using Parley.Platform;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// What a legacy request says of its message (contract channels §6, §7.3), as texts; null and empty are not given, and so is
/// zero where zero has no meaning of its own (§10.8).
/// </summary>
internal sealed record MessageFields
{
    /// <summary>Parts at most where the request says nothing (§4).</summary>
    public const int UsualParts = 3;

    private const int MostParts = 35;
    private const int LongestDelay = 10_080;

    /// <summary>text, 8-bit, UDH, UCS-2, alphanumeric and numeric sources, flash, receipts, concatenation (§7.3).</summary>
    private const int FeaturesWeHave = 1 | 2 | 4 | 8 | 16 | 32 | 512 | 8192 | 16384;

    /// <summary>The message types that are binary, by the header that leads the phone to the right application.</summary>
    private static readonly Dictionary<string, string> HeaderOfType = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SMS_NOKIA_RINGTONE"] = "06050415810000",
        ["SMS_NOKIA_OLOGO"] = "06050415820000",
        ["SMS_NOKIA_GLOGO"] = "06050415830000",
        ["SMS_NOKIA_PICTURE"] = "060504158A0000",
        ["SMS_NOKIA_VCARD"] = "06050423F40000",
        ["SMS_NOKIA_VCAL"] = "06050423F50000",
    };

    private static readonly string[] TextTypes =
        ["", "0", "SMS_TEXT", "SMS_FLASH", "SMS_NOKIA_RTTL", "SMS_NOKIA_CLEAN"];

    /// <summary>Characters beyond GSM 7 bit become question marks, as legacy HTTP has it (§4).</summary>
    public bool GsmOnly { get; init; }

    /// <summary>With unicode=1 a text that is not hexadecimal is the text itself.</summary>
    public bool UnicodeMayBePlain { get; init; }

    public string? Text { get; init; }

    public string? Data { get; init; }

    public string? Header { get; init; }

    public string? Binary { get; init; }

    public string? Unicode { get; init; }

    public string? Type { get; init; }

    public string? Class { get; init; }

    public string? From { get; init; }

    public string? WantsReply { get; init; }

    public string? ClientMessageId { get; init; }

    public string? Callback { get; init; }

    public string? DeliveryAck { get; init; }

    public string? DelayMinutes { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public string? ScheduledSeconds { get; init; }

    /// <summary>ISO 8601.</summary>
    public string? ScheduledTime { get; init; }

    public string? Validity { get; init; }

    public string? Parts { get; init; }

    public string? Queue { get; init; }

    public string? Escalate { get; init; }

    public string? Features { get; init; }

    public string? MaxCredits { get; init; }

    /// <summary>The message without its recipient, or why it can't be sent to anybody.</summary>
    public (NewMessage? Message, LegacyError? Error) ToMessage(Integration integration, TimeProvider time)
    {
        var (content, badContent) = Content();
        if (badContent is not null) return (null, badContent);
        if (!TryTold(out var told)) return (null, LegacyError.Parameter("callback"));
        if (!TrySchedule(time, out var scheduled)) return (null, LegacyError.InvalidDeliveryTime);
        if (!Lenient.TryNumber(Validity, out var validity)) return (null, LegacyError.Parameter("validity"));
        if (!Lenient.TryNumber(Parts, out var parts) || parts is < 1 or > MostParts)
            return (null, LegacyError.Parameter("concat"));
        if (!Lenient.TryNumber(Queue, out var queue) || queue is < 1 or > 3)
            return (null, LegacyError.Parameter("queue"));
        // Every message goes on to its next route when one is down, so escalation is always on (§7.3).
        if (!Lenient.TryFlag(Escalate, out _)) return (null, LegacyError.Parameter("escalate"));
        if (!Lenient.TryFlag(WantsReply, out var mo)) return (null, LegacyError.Parameter("mo"));
        if (!Lenient.TryNumber(Features, out var features)) return (null, LegacyError.Parameter("req_feat"));
        // Every carrier speaks SMPP, which has all of them.
        if ((features & ~FeaturesWeHave) is not (null or 0)) return (null, LegacyError.CannotRoute);
        if (!TryMostFor(integration.Tenant, out var affordable, out var most))
            return (null, LegacyError.Parameter("max_credits"));
        if (affordable == 0) return (null, LegacyError.CannotRoute);
        if (ClientMessageId?.Contains('\0') == true) return (null, LegacyError.Parameter("climsgid"));
        return (new NewMessage
        {
            To = "",
            From = Sender(integration, mo),
            Content = content!,
            ClientMessageId = ClientMessageId ?? "",
            ScheduledAt = scheduled,
            ValidityMinutes = validity,
            Priority = queue ?? 3,
            MaxParts = Math.Min(parts ?? UsualParts, affordable),
            MostMicros = most,
            Door = Door.LegacyApi,
            Told = told,
        }, null);
    }

    private (SmsContent? Content, LegacyError? Error) Content()
    {
        if (!Lenient.TryFlag(Unicode, out var unicode)) return (null, LegacyError.Parameter("unicode"));
        if (!Lenient.TryFlag(Binary, out var binary)) return (null, LegacyError.Parameter("binary"));
        var type = Type?.Trim() ?? "";
        var header = string.IsNullOrEmpty(Header) ? HeaderOfType.GetValueOrDefault(type) : Header;
        if (!HeaderOfType.ContainsKey(type) && !TextTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            return (null, LegacyError.Parameter("msg_type"));
        var flash = type.Equals("SMS_FLASH", StringComparison.OrdinalIgnoreCase) || Class == "0";
        if (!Lenient.TryHex(header, out var udh)) return (null, LegacyError.InvalidHeader("it is not hexadecimal"));
        var hex = binary || !string.IsNullOrEmpty(Data) || string.IsNullOrEmpty(Text)
            || (udh is not null && !unicode && HeaderedText.IsHex(udh, Text));
        if (hex && (binary || udh is not null || !string.IsNullOrEmpty(Data))) return Octets(udh, flash);
        if (string.IsNullOrEmpty(Text)) return (null, LegacyError.EmptyMessage);
        if (unicode)
        {
            var text = Utf16(Text) ?? (UnicodeMayBePlain && !Text.Contains('\0') ? Text : null);
            if (text is null) return (null, LegacyError.InvalidUnicode);
            return (new SmsContent(text, null, udh, "ucs2", flash), null);
        }
        var plain = GsmOnly ? GsmText.Only(Text) : Text;
        if (plain.Contains('\0')) return (null, LegacyError.Parameter("text"));
        // A part keeps its alphabet, because its siblings have the same.
        return (new SmsContent(plain, null, udh, udh is not null && GsmOnly ? "gsm7" : null, flash), null);
    }

    private (SmsContent? Content, LegacyError? Error) Octets(byte[]? header, bool flash)
    {
        var given = string.IsNullOrEmpty(Data) ? Text : Data;
        if (!Lenient.TryHex(given, out var data)) return (null, LegacyError.Parameter("data"));
        if (data is null && header is null) return (null, LegacyError.EmptyMessage);
        return (new SmsContent(null, data ?? [], header, null, flash), null);
    }

    /// <summary>UTF-16 big-endian in hexadecimal; null when it is none, or holds half a character or a zero.</summary>
    internal static string? Utf16(string hex)
    {
        if (hex.Length % 4 != 0 || !Lenient.TryHex(hex, out var octets) || octets is null) return null;
        try
        {
            var strict = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);
            var text = strict.GetString(octets).TrimStart('\uFEFF');
            return text.Length == 0 || text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>
    /// §7.3: 1 at the gateway, 2 final statuses, 3 both, 4 errors, 5 gateway and errors, 6 received and errors, 7 all. Not
    /// given: deliv_ack asks for the final ones, else the integration decides.
    /// </summary>
    private bool TryTold(out Told? told)
    {
        told = null;
        if (!Lenient.TryFlag(DeliveryAck, out var ack)) return false;
        if (string.IsNullOrEmpty(Callback))
        {
            if (ack) told = Told.Delivered | Told.Failed;
            return true;
        }
        told = Callback.Trim() switch
        {
            "0" => Told.Nothing,
            "1" => Told.Sent,
            "2" or "6" => Told.Delivered | Told.Failed,
            "4" => Told.Failed,
            "5" => Told.Sent | Told.Failed,
            "3" or "7" => Told.All,
            _ => null,
        };
        return told is not null;
    }

    private bool TrySchedule(TimeProvider time, out long? at)
    {
        at = null;
        if (ScheduledTime is { Length: > 0 } and not "0") return Lenient.TryTime(ScheduledTime, out at);
        if (!TryLong(ScheduledSeconds, 253_402_300_799, out var seconds)) return false;
        if (!TryLong(DelayMinutes, LongestDelay, out var minutes)) return false;
        if (seconds > 0) at = seconds * Micros.PerSecond;
        else if (minutes > 0) at = time.NowMicros() + (minutes * Micros.PerMinute);
        return true;
    }

    private static bool TryLong(string? text, long most, out long number)
    {
        number = 0;
        return string.IsNullOrEmpty(text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most);
    }

    /// <summary>The parts that the credits pay for; or what they are worth, where the price depends on the number.</summary>
    private bool TryMostFor(Tenant tenant, out int parts, out long? micros)
    {
        var price = tenant.Price;
        (parts, micros) = (MostParts, null);
        if (string.IsNullOrEmpty(MaxCredits)) return true;
        if (!decimal.TryParse(MaxCredits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var credits)
            || credits > 1_000_000) return false;
        if (credits > 0 && tenant.Credit is not null) micros = (long)(credits * price.CreditMicros);
        if (credits == 0 || price.PartMicros <= 0 || tenant.Credit is not null) return true;
        parts = (int)Math.Min(MostParts, credits * price.CreditMicros / price.PartMicros);
        return true;
    }

    /// <summary>A reply needs a number: it goes before a sender id that the integration would use by itself.</summary>
    private string Sender(Integration integration, bool mo)
    {
        if (!string.IsNullOrEmpty(From)) return From;
        if (!mo) return "";
        return integration.Senders.FirstOrDefault(s => s is { IsNumber: true, Suspended: false })?.Address ?? "";
    }
}
