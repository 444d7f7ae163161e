using System.Diagnostics;

namespace Parley.Bench.Market;

/// <summary>
/// A run as the buyers saw it. Milliseconds from the client's request to the acknowledged outcome; own is without the time
/// at the bank and at the supplier; answer is the reply to the client's request. Stopwatch ticks of the first and last.
/// </summary>
sealed record MarketResult(
    long Completed, long Errors, string FirstError, long StartedAt, long EndedAt, double P50, double P99, double Max,
    double OwnP50, double OwnP99, double AnswerP50, double AnswerP99)
{
    public double Seconds => (EndedAt - StartedAt) / (double)Stopwatch.Frequency;

    public double PerSecond => Completed / Seconds;
}
