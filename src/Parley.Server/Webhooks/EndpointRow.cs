namespace Parley.Server.Webhooks;

/// <summary>An endpoint's health as stored. Times in microseconds UTC.</summary>
internal sealed class EndpointRow
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Kind { get; init; } = "";

    public long? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    public long Failures { get; init; }

    public long? FailingSince { get; init; }

    public long? LastSuccessAt { get; init; }

    public long? LastFailureAt { get; init; }

    public string? LastError { get; init; }
}
