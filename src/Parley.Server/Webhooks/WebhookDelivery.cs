namespace Parley.Server.Webhooks;

/// <summary>A delivery as an operator sees it. Times in microseconds UTC.</summary>
/// <param name="Id">The <c>webhook-id</c> that the receiver sees.</param>
/// <param name="EndpointId">Which endpoint it goes to.</param>
/// <param name="IntegrationId">Whose callback it is.</param>
/// <param name="Kind"><c>status</c> or <c>inbound</c>.</param>
/// <param name="MessageId">What it tells of.</param>
/// <param name="Sequence">Its place among the message's callbacks.</param>
/// <param name="EventName">The name of the event's array.</param>
/// <param name="Event">The element of that array, JSON.</param>
/// <param name="State">One of <see cref="DeliveryStates"/>.</param>
/// <param name="Attempts">Attempts made.</param>
/// <param name="LastStatus">The HTTP status of the last attempt; null when no answer came.</param>
/// <param name="LastError">Why the last attempt failed, or why it was given up.</param>
/// <param name="History">The last ten attempts.</param>
/// <param name="CreatedAt">When it was taken over.</param>
/// <param name="NextAt">When it is tried next; null when it is not.</param>
/// <param name="LastAttemptAt">When it was last tried.</param>
/// <param name="DeliveredAt">When a 2xx came.</param>
public sealed record WebhookDelivery(
    string Id,
    string EndpointId,
    string IntegrationId,
    string Kind,
    string MessageId,
    int Sequence,
    string EventName,
    string Event,
    string State,
    int Attempts,
    int? LastStatus,
    string? LastError,
    IReadOnlyList<DeliveryAttempt> History,
    long CreatedAt,
    long? NextAt,
    long? LastAttemptAt,
    long? DeliveredAt);

/// <summary>What to look for; null means any. Times in microseconds UTC.</summary>
/// <param name="IntegrationId">Of this integration.</param>
/// <param name="MessageId">Of this message.</param>
/// <param name="State">In this state, one of <see cref="DeliveryStates"/>.</param>
/// <param name="From">Taken over at or after.</param>
/// <param name="To">Taken over before.</param>
/// <param name="Page">From 0; the newest first.</param>
public sealed record DeliveryQuery(
    string? IntegrationId, string? MessageId, string? State, long? From, long? To, int Page)
{
    /// <summary>Deliveries of one page.</summary>
    public const int PageSize = 50;

    internal int Skip => Math.Clamp(Page, 0, 10_000) * PageSize;
}

/// <summary>An endpoint as an operator sees it. Times in microseconds UTC.</summary>
/// <param name="Id">The integration's id and the kind.</param>
/// <param name="IntegrationId">Whose it is.</param>
/// <param name="Kind"><c>status</c> or <c>inbound</c>.</param>
/// <param name="Url">Where it goes now; empty when the integration has no such address any more.</param>
/// <param name="PausedAt">Since when it is paused; null when it is not.</param>
/// <param name="PausedBy"><c>health</c> or <c>operator</c>.</param>
/// <param name="Failures">Failures since the last success.</param>
/// <param name="FailingSince">When the first of them was.</param>
/// <param name="LastSuccessAt">The last 2xx that this node knows of.</param>
/// <param name="LastFailureAt">The last failure that this node knows of.</param>
/// <param name="LastError">What it was.</param>
public sealed record WebhookEndpoint(
    string Id,
    string IntegrationId,
    string Kind,
    string Url,
    long? PausedAt,
    string? PausedBy,
    int Failures,
    long? FailingSince,
    long? LastSuccessAt,
    long? LastFailureAt,
    string? LastError);
