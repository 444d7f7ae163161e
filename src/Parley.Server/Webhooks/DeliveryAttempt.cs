using System.Text.Json.Serialization;

namespace Parley.Server.Webhooks;

/// <summary>One attempt as an operator sees it.</summary>
/// <param name="At">When it ended, microseconds UTC.</param>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Error">Why there is no 2xx; null when there is.</param>
/// <param name="Millis">How long it took.</param>
public sealed record DeliveryAttempt(long At, int? Status, string? Error, int Millis);

/// <summary>Where a delivery stands, as it is stored and shown.</summary>
public static class DeliveryStates
{
    /// <summary>It waits for its next attempt.</summary>
    public const string Pending = "pending";

    /// <summary>A 2xx came.</summary>
    public const string Delivered = "delivered";

    /// <summary>Given up; it can be replayed.</summary>
    public const string Dead = "dead";
}

[JsonSerializable(typeof(List<DeliveryAttempt>))]
[JsonSerializable(typeof(StatusFacts))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class WebhookJson : JsonSerializerContext;
