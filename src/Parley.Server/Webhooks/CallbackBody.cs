using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Webhooks;

/// <summary>
/// The body of a callback (contract channels §2.11): <c>{"integrationId","integrationName","event":{name:[…]}}</c>.
/// Every documented key is always there, null when unknown (§10, trap 10).
/// </summary>
internal static class CallbackBody
{
    public const string StatusEvent = "messageStatusUpdate";
    public const string TextEvent = "moText";

    // Text goes as UTF-8, not as escapes: nobody puts a callback into HTML, and half the bytes are half the bytes.
    public static readonly JsonWriterOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonEncodedText IntegrationId = JsonEncodedText.Encode("integrationId");
    private static readonly JsonEncodedText IntegrationName = JsonEncodedText.Encode("integrationName");
    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText Channel = JsonEncodedText.Encode("channel");
    private static readonly JsonEncodedText Sms = JsonEncodedText.Encode("sms");
    private static readonly JsonEncodedText MessageId = JsonEncodedText.Encode("messageId");
    private static readonly JsonEncodedText ClientMessageId = JsonEncodedText.Encode("clientMessageId");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText StatusCode = JsonEncodedText.Encode("statusCode");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");

    public static void Begin(Utf8JsonWriter json, CallbackDestination target, string eventName)
    {
        json.WriteStartObject();
        json.WriteString(IntegrationId, target.IntegrationId);
        json.WriteString(IntegrationName, target.IntegrationName);
        json.WriteStartObject(Event);
        json.WriteStartArray(eventName);
    }

    public static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    public static void Write(Utf8JsonWriter json, StatusChange change)
    {
        json.WriteStartObject();
        json.WriteString(Channel, Sms);
        json.WriteString(MessageId, change.MessageId);
        json.WriteString(ClientMessageId, NullIfEmpty(change.ClientMessageId));
        json.WriteNumber(Timestamp, change.At / 1000);
        json.WriteNumber(StatusCode, (int)change.Status);
        json.WriteString(Status, change.Status.Name());
        json.WriteEndObject();
    }

    /// <summary>
    /// An inbound message. Binary content is ours to define, the contract knows text only: <c>content</c> is then the
    /// user data in hexadecimal, and a key <c>userDataHeader</c> (hexadecimal) follows whenever the message has one.
    /// </summary>
    public static void Write(Utf8JsonWriter json, InboundReceived message)
    {
        json.WriteStartObject();
        json.WriteString(Channel, Sms);
        json.WriteString(MessageId, message.MessageId);
        json.WriteString("relatedMessageId", NullIfEmpty(message.RelatedMessageId));
        json.WriteString("relatedClientMessageId", NullIfEmpty(message.RelatedClientMessageId));
        json.WriteString("from", message.From);
        json.WriteString("to", message.To);
        json.WriteNumber(Timestamp, message.At / 1000);
        json.WriteString("content", message.Content);
        json.WriteString("charset", "UTF-8");
        if (message.UserDataHeader.Length > 0) json.WriteString("userDataHeader", message.UserDataHeader);
        json.WriteStartObject(Sms);
        json.WriteString("network", NullIfEmpty(message.Network));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One element of the event's array, as it is kept for later attempts.</summary>
    public static string ItemOf(StatusChange change) => Item(json => Write(json, change));

    /// <summary>One element of the event's array, as it is kept for later attempts.</summary>
    public static string ItemOf(InboundReceived message) => Item(json => Write(json, message));

    private static string Item(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Json)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
