namespace Parley.Bench.Load;

/// <summary>
/// Milliseconds from the (scheduled) request to the whole answer; Stopwatch ticks of the first and last.
/// </summary>
sealed record LoadResult(
    long Accepted, long Errors, string FirstError, long StartedAt, long EndedAt, double P50, double P99, double Max);
