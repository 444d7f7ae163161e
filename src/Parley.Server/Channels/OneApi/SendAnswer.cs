using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Server.Channels.OneApi;

/// <summary>The answer to <c>POST /v1/message</c> (contract channels §2.4): compact JSON, entries in the order of the request.</summary>
internal static class SendAnswer
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public readonly record struct Entry(string? MessageId, string To, string? ClientMessageId, OneApiError? Error);

    /// <summary>202 when all were accepted; 207 when there are several and one was not; else the one error's own status.</summary>
    public static int StatusOf(IReadOnlyList<Entry> entries)
    {
        OneApiError? error = null;
        foreach (var entry in entries) error ??= entry.Error;
        return error is null ? StatusCodes.Status202Accepted : entries.Count > 1 ? StatusCodes.Status207MultiStatus : error.Http;
    }

    public static byte[] Of(IReadOnlyList<Entry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (entries.Count * 160));
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("apiMessageId"u8, entry.MessageId);
            json.WriteBoolean("accepted"u8, entry.Error is null);
            json.WriteString("to"u8, entry.To);
            if (entry.ClientMessageId is not null) json.WriteString("clientMessageId"u8, entry.ClientMessageId);
            Write(json, entry.Error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNull("error"u8);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The whole payload refused.</summary>
    public static byte[] Of(OneApiError error)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        json.WriteEndArray();
        Write(json, error);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, OneApiError? error)
    {
        if (error is null)
        {
            json.WriteNull("error"u8);
            return;
        }
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, error.Code);
        json.WriteString("description"u8, error.Description);
        json.WriteEndObject();
    }
}
