using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Server.Channels.SmsApi;

/// <summary>What became of one number.</summary>
internal readonly record struct SmsEntry(string? MessageId, string To, SmsError? Error);

/// <summary>
/// Answers in compact JSON (contract channels §3.1): entries in the order of the request, the three error fields always
/// there on both levels, and <c>error</c> a text.
/// </summary>
internal static class SmsAnswer
{
    private static readonly JsonWriterOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Of(IReadOnlyList<SmsEntry> entries) => Write(entries, null);

    /// <summary>The request refused whole.</summary>
    public static byte[] Of(SmsError error) => Write([], error);

    /// <summary>An error of a resource that has no messages in its answer.</summary>
    public static byte[] Plain(SmsError error)
    {
        var buffer = new ArrayBufferWriter<byte>(200);
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        WriteError(json, error);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Write(IReadOnlyList<SmsEntry> entries, SmsError? error)
    {
        var buffer = new ArrayBufferWriter<byte>(200 + (entries.Count * 200));
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("apiMessageId"u8, entry.MessageId);
            json.WriteBoolean("accepted"u8, entry.Error is null);
            json.WriteString("to"u8, entry.To);
            WriteError(json, entry.Error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteError(json, error);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteError(Utf8JsonWriter json, SmsError? error)
    {
        if (error is null) json.WriteNull("errorCode"u8);
        else json.WriteNumber("errorCode"u8, error.Code);
        json.WriteString("error"u8, error?.Title);
        json.WriteString("errorDescription"u8, error?.Description);
    }
}
