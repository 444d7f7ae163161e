using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Server.Channels.SmsApi;

/// <summary>A request in JSON. Numbers and booleans are taken as texts; one number may stand without its array.</summary>
internal static class JsonFields
{
    private const int Deepest = 32;

    public static (SmsFields? Fields, SmsError? Error) Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        if (!Utf8.IsValid(body)) return (null, SmsError.Malformed("it is not UTF-8"));
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Deepest });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return (null, SmsError.Malformed("it is not a JSON object"));
            var fields = new SmsFields();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                if (ReadField(ref reader, fields) is { } error) return (null, error);
            while (reader.Read())
            {
            }
            return (fields, null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return (null, SmsError.Malformed("it is not JSON that can be read"));
        }
    }

    private static SmsError? ReadField(ref Utf8JsonReader reader, SmsFields fields)
    {
        var name = reader.GetString()!;
        reader.Read();
        if (!SmsFields.Knows(name))
        {
            reader.Skip();
            return null;
        }
        if (reader.TokenType == JsonTokenType.StartArray && name.Equals("to", StringComparison.OrdinalIgnoreCase))
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (Nested(reader)) return SmsError.Parameter(name, "holds something that is no number");
                // Null and empty entries are answered like any other that is no number.
                fields.AddNumber(Text(reader) ?? "");
            }
            return null;
        }
        if (Nested(reader)) return SmsError.Parameter(name, "is not a single value");
        fields.Set(name, Text(reader));
        return null;
    }

    private static bool Nested(in Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;

    private static string? Text(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };
}
