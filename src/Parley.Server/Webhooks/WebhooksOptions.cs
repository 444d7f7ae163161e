namespace Parley.Server.Webhooks;

/// <summary>How callbacks are made. Section <c>Webhooks</c>.</summary>
public sealed record WebhooksOptions
{
    /// <summary>A request that has no answer after this has failed. 1 to 60 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First attempts under way to one endpoint; failures lower it for a while. 1 to 256.</summary>
    public int PerEndpoint { get; init; } = 32;

    /// <summary>First attempts under way to all endpoints. 1 to 10,000.</summary>
    public int InFlight { get; init; } = 1_024;

    /// <summary>
    /// Events that wait in memory for one endpoint; what is beyond waits in the database. 0 to 100,000.
    /// </summary>
    public int WaitingPerEndpoint { get; init; } = 1_000;

    /// <summary>Events that wait in memory for all endpoints. 0 to 1,000,000.</summary>
    public int Waiting { get; init; } = 50_000;

    /// <summary>Events of one request when the integration takes several. 1 to 1,000.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Retries under way to one endpoint. 1 to 100.</summary>
    public int RetriesPerEndpoint { get; init; } = 16;

    /// <summary>
    /// An endpoint is paused after this many failures in a row, when they also span <see cref="PauseAfter"/>. 1 to
    /// 10,000.
    /// </summary>
    public int PauseAfterFailures { get; init; } = 20;

    /// <summary>An endpoint is paused when nothing has succeeded for this long. 1 second to 1 day.</summary>
    public TimeSpan PauseAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a paused endpoint is tried. 1 second to 1 day.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Delivered rows are kept this long. 1 hour to 365 days.</summary>
    public TimeSpan KeepDelivered { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Dead rows are kept, and can be replayed, this long. 1 hour to 365 days.</summary>
    public TimeSpan KeepDead { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a stop waits for the requests under way. 0 to 60 seconds.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Out(Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)))
            yield return $"Webhooks:Timeout is {Timeout}; it must be 1 to 60 seconds";
        if (PerEndpoint is < 1 or > 256) yield return $"Webhooks:PerEndpoint is {PerEndpoint}; it must be 1 to 256";
        if (InFlight is < 1 or > 10_000) yield return $"Webhooks:InFlight is {InFlight}; it must be 1 to 10000";
        if (WaitingPerEndpoint is < 0 or > 100_000)
            yield return $"Webhooks:WaitingPerEndpoint is {WaitingPerEndpoint}; it must be 0 to 100000";
        if (Waiting is < 0 or > 1_000_000) yield return $"Webhooks:Waiting is {Waiting}; it must be 0 to 1000000";
        if (BatchSize is < 1 or > 1_000) yield return $"Webhooks:BatchSize is {BatchSize}; it must be 1 to 1000";
        if (RetriesPerEndpoint is < 1 or > 100)
            yield return $"Webhooks:RetriesPerEndpoint is {RetriesPerEndpoint}; it must be 1 to 100";
        if (PauseAfterFailures is < 1 or > 10_000)
            yield return $"Webhooks:PauseAfterFailures is {PauseAfterFailures}; it must be 1 to 10000";
        if (Out(PauseAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)))
            yield return $"Webhooks:PauseAfter is {PauseAfter}; it must be 1 second to 1 day";
        if (Out(ProbeEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)))
            yield return $"Webhooks:ProbeEvery is {ProbeEvery}; it must be 1 second to 1 day";
        if (Out(KeepDelivered, TimeSpan.FromHours(1), TimeSpan.FromDays(365)))
            yield return $"Webhooks:KeepDelivered is {KeepDelivered}; it must be 1 hour to 365 days";
        if (Out(KeepDead, TimeSpan.FromHours(1), TimeSpan.FromDays(365)))
            yield return $"Webhooks:KeepDead is {KeepDead}; it must be 1 hour to 365 days";
        if (Out(StopWithin, TimeSpan.Zero, TimeSpan.FromMinutes(1)))
            yield return $"Webhooks:StopWithin is {StopWithin}; it must be 0 to 60 seconds";
    }

    private static bool Out(TimeSpan value, TimeSpan least, TimeSpan most) => value < least || value > most;
}
