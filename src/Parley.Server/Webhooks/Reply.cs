using System.Text.Json;

namespace Parley.Server.Webhooks;

/// <summary>A message from a phone, as all forms of callbacks are made from it.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="MessageId">Its own id.</param>
/// <param name="RelatedMessageId">The message that it answers; null when none.</param>
/// <param name="From">The phone.</param>
/// <param name="To">The number.</param>
/// <param name="AtMillis">When it came, milliseconds since 1970.</param>
/// <param name="Text">The text, or the user data in hexadecimal.</param>
/// <param name="UserDataHeader">Hexadecimal; empty for none.</param>
/// <param name="Network">Where it came from; empty when unknown.</param>
internal sealed record Reply(
    string Id, string MessageId, string? RelatedMessageId, string From, string To, long AtMillis, string Text,
    string UserDataHeader, string Network)
{
    /// <summary>From the row, which every inbound message has.</summary>
    public static Reply Of(Delivery delivery)
    {
        using var json = JsonDocument.Parse(delivery.Event);
        var item = json.RootElement;
        return new(
            delivery.Id, delivery.MessageId, item.GetProperty("relatedMessageId").GetString(), Text("from"), Text("to"),
            item.GetProperty("timestamp").GetInt64(), Text("content"),
            item.TryGetProperty("userDataHeader", out var header) ? header.GetString() ?? "" : "",
            item.GetProperty("sms").GetProperty("network").GetString() ?? "");

        string Text(string name) => item.GetProperty(name).GetString() ?? "";
    }
}
