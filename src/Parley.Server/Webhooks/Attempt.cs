namespace Parley.Server.Webhooks;

internal enum AttemptOutcome
{
    /// <summary>Any 2xx.</summary>
    Delivered,

    /// <summary>Tried again by the schedule.</summary>
    Failed,

    /// <summary>A redirect: not tried again (contract channels §2.11).</summary>
    Redirected,

    /// <summary>The node stopped while it was under way: as if it had not been made.</summary>
    Abandoned,
}

/// <summary>How one request ended.</summary>
/// <param name="Outcome">What follows from it.</param>
/// <param name="Status">The HTTP status; 0 when no answer came.</param>
/// <param name="Error">Why there is no 2xx; null when there is.</param>
/// <param name="At">When it ended, microseconds UTC.</param>
/// <param name="Millis">How long it took.</param>
internal readonly record struct Attempt(AttemptOutcome Outcome, int Status, string? Error, long At, int Millis)
{
    public const int LongestError = 300;

    public bool Delivered => Outcome == AttemptOutcome.Delivered;
}
