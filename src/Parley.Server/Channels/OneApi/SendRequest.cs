using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Server.Channels.OneApi;

/// <summary>The body of <c>POST /v1/message</c> (contract channels §2.2).</summary>
internal static class SendRequest
{
    public const int MostMessages = 200;
    private const int Deepest = 32;

    /// <summary>The entries in their order, or the error that refuses the payload whole.</summary>
    public static (List<MessageIn> Messages, OneApiError? Error) Read(ReadOnlySpan<byte> body)
    {
        var messages = new List<MessageIn>();
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        if (!Utf8.IsValid(body)) return (messages, OneApiError.Malformed("it is not UTF-8"));
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Disallow });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return (messages, OneApiError.Malformed("it is not a JSON object"));
            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!reader.ValueTextEquals("messages"u8))
                {
                    reader.Read();
                    reader.Skip();
                    continue;
                }
                found = true;
                messages.Clear();
                if (ReadEntries(ref reader, messages) is { } error) return (messages, error);
            }
            while (reader.Read())
            {
            }
            return found && messages.Count > 0 ? (messages, null) : (messages, OneApiError.Malformed("the array \"messages\" is missing or empty"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return (messages, OneApiError.Malformed("it is not JSON that can be read"));
        }
    }

    private static OneApiError? ReadEntries(ref Utf8JsonReader reader, List<MessageIn> messages)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return OneApiError.Malformed("\"messages\" is not an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return OneApiError.Malformed("an entry of \"messages\" is not an object");
            if (messages.Count == MostMessages) return OneApiError.TooManyMessages;
            messages.Add(MessageIn.Read(ref reader));
        }
        return null;
    }
}
