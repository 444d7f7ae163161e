namespace Parley.Platform.Jobs;

/// <summary>A durable piece of background work. Kind and key together are its identity: enqueueing the same twice is once.</summary>
/// <param name="Kind">Names the <see cref="JobKind"/> that runs it.</param>
/// <param name="Key">What it is about, unique within the kind; at most 200 characters.</param>
/// <param name="Lane">Jobs of one lane share its bounds; a slow lane never delays another.</param>
/// <param name="Payload">What the kind needs, as text the database never opens.</param>
/// <param name="DueAt">Microseconds UTC; at or before now means at once.</param>
/// <param name="DeadlineAt">Microseconds UTC after which it is parked instead of tried again.</param>
public sealed record Job(string Kind, string Key, string Lane, string Payload, long DueAt, long DeadlineAt)
{
    /// <summary>Runs that were started before this one.</summary>
    public int Attempts { get; init; }
}

/// <summary>How a run ended.</summary>
public abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Finished: the row goes.</summary>
    public static JobOutcome Done { get; } = new Finished();

    /// <summary>To be run again at a time (microseconds UTC), with the reason.</summary>
    public static JobOutcome Again(long dueAt, string reason) => new Later(dueAt, reason);

    /// <summary>Not to be run again by itself: an operator sees it, with the reason and a replay button.</summary>
    public static JobOutcome Park(string reason) => new Parked(reason);

    /// <summary>The handler has ended it in its own transaction through <see cref="JobQueue.End"/>.</summary>
    public static JobOutcome Ended { get; } = new AlreadyEnded();

    internal sealed record Finished : JobOutcome;

    internal sealed record Later(long DueAt, string Reason) : JobOutcome;

    internal sealed record Parked(string Reason) : JobOutcome;

    internal sealed record AlreadyEnded : JobOutcome;
}

/// <summary>A kind of job: its name, and what runs it.</summary>
/// <param name="Name">Lower-case words joined by dots, at most 60 characters.</param>
/// <param name="Run">Runs one job; the token falls when the node stops. What it throws counts as a failed run and is tried again with backoff.</param>
/// <param name="PerLane">Runs of one lane that may be under way at once. 1 to 100.</param>
/// <param name="Backoff">Waits between failed runs.</param>
public sealed record JobKind(string Name, Func<Job, CancellationToken, Task<JobOutcome>> Run, int PerLane, Backoff Backoff);

/// <summary>Exponential waits with full jitter in the upper half.</summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">No wait is longer.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The wait after <paramref name="failures"/> failures (1 or more).</summary>
    public TimeSpan After(int failures, Random random)
    {
        var full = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 40)));
        return TimeSpan.FromMilliseconds((full / 2) + (random.NextDouble() * full / 2));
    }
}
