using System.Text.Json;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Webhooks;

/// <summary>What the platform's and the legacy form say of a status beyond One API's item.</summary>
/// <param name="To">The recipient, digits.</param>
/// <param name="From">The sender; empty when the carrier's default was used.</param>
/// <param name="Parts">Parts as sent, or as planned.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="Charged">What it cost, in millionths; null when its tenant has no account.</param>
internal sealed record StatusFacts(string To, string From, int Parts, string? Error, long? Charged = null)
{
    /// <summary>Of a row that was written before such facts were kept.</summary>
    public static readonly StatusFacts Unknown = new("", "", 1, null);

    public static StatusFacts Of(StatusChange change) =>
        new(change.To, change.From, change.Parts, change.Error, change.Message.Charged);

    public string ToJson() => JsonSerializer.Serialize(this, WebhookJson.Default.StatusFacts);
}

/// <summary>A status change, as all forms of callbacks are made from it.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="MessageId">The message.</param>
/// <param name="ClientMessageId">Empty for none.</param>
/// <param name="Status">Its new status.</param>
/// <param name="AtMillis">When, milliseconds since 1970.</param>
/// <param name="Facts">The rest.</param>
internal sealed record StatusReport(
    string Id, string MessageId, string ClientMessageId, MessageStatus Status, long AtMillis, StatusFacts Facts)
{
    public static StatusReport Of(StatusChange change) => new(
        Delivery.IdOf(change), change.MessageId, change.ClientMessageId, change.Status, change.At / 1000,
        StatusFacts.Of(change));

    /// <summary>The same from the row of one that waits.</summary>
    public static StatusReport Of(Delivery delivery)
    {
        using var json = JsonDocument.Parse(delivery.Event);
        var item = json.RootElement;
        var facts = delivery.Facts is { } kept
            ? JsonSerializer.Deserialize(kept, WebhookJson.Default.StatusFacts)
            : null;
        return new(
            delivery.Id, delivery.MessageId, item.GetProperty("clientMessageId").GetString() ?? "",
            (MessageStatus)item.GetProperty("statusCode").GetInt32(), item.GetProperty("timestamp").GetInt64(),
            facts ?? StatusFacts.Unknown);
    }
}
