namespace Parley.Server.Webhooks;

/// <summary>
/// How an endpoint has been doing. After a long failure it is paused: nothing is sent but a probe now and then, until
/// one succeeds or somebody resumes it. Not safe for several threads by itself. Times in microseconds UTC.
/// </summary>
internal sealed class EndpointHealth
{
    public const string ByHealth = "health";
    public const string ByHand = "operator";

    /// <summary>So many failures in a row make an endpoint that first attempts should not queue up for.</summary>
    private const int FailingFrom = 5;

    public long? PausedAt { get; private set; }

    public string? PausedBy { get; private set; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    public long? FailingSince { get; private set; }

    public long? LastSuccessAt { get; private set; }

    public long? LastFailureAt { get; private set; }

    public string? LastError { get; private set; }

    public bool Paused => PausedAt is not null;

    public bool Failing => Failures >= FailingFrom;

    /// <summary>Takes in an attempt; true when it paused or resumed the endpoint.</summary>
    public bool Report(in Attempt attempt, int pauseAfterFailures, long pauseAfterMicros)
    {
        if (attempt.Outcome == AttemptOutcome.Abandoned) return false;
        if (attempt.Delivered)
        {
            (Failures, FailingSince, LastSuccessAt) = (0, null, attempt.At);
            // What somebody paused by hand stays paused until a hand resumes it.
            return PausedBy == ByHealth && Resume();
        }
        Failures++;
        FailingSince ??= attempt.At;
        (LastFailureAt, LastError) = (attempt.At, attempt.Error);
        return Failures >= pauseAfterFailures && attempt.At - FailingSince >= pauseAfterMicros
            && Pause(ByHealth, attempt.At);
    }

    /// <summary>True when it was not paused before, or only by its health.</summary>
    public bool Pause(string by, long now)
    {
        if (Paused && (by == PausedBy || by != ByHand)) return false;
        (PausedAt, PausedBy) = (now, by);
        return true;
    }

    /// <summary>True when it was paused before. It starts afresh: it is not paused again by what came before.</summary>
    public bool Resume()
    {
        if (!Paused) return false;
        (PausedAt, PausedBy, Failures, FailingSince) = (null, null, 0, null);
        return true;
    }

    /// <summary>As it was left in the database.</summary>
    public void Restore(EndpointRow row)
    {
        (PausedAt, PausedBy, Failures, FailingSince) =
            (row.PausedAt, row.PausedBy, (int)row.Failures, row.FailingSince);
        (LastSuccessAt, LastFailureAt, LastError) = (row.LastSuccessAt, row.LastFailureAt, row.LastError);
    }

    public EndpointRow ToRow(string id, string integrationId, CallbackKind kind) => new()
    {
        Id = id,
        IntegrationId = integrationId,
        Kind = kind.Word(),
        PausedAt = PausedAt,
        PausedBy = PausedBy,
        Failures = Failures,
        FailingSince = FailingSince,
        LastSuccessAt = LastSuccessAt,
        LastFailureAt = LastFailureAt,
        LastError = LastError,
    };
}
