namespace Parley.Bench.Scenarios;

/// <summary>One candidate's turn. CPU in seconds per 1,000 messages, latency in ms, memory in MB.</summary>
sealed record TurnResult
{
    public required string Peer { get; init; }
    public required int Messages { get; init; }
    public required double Seconds { get; init; }
    public required double PerSecond { get; init; }
    public required double AcceptedPerSecond { get; init; }
    public required double Cpu { get; init; }
    public required Dictionary<string, double> CpuByProcess { get; init; }
    public required double PeakMb { get; init; }
    public required double P50 { get; init; }
    public required double P99 { get; init; }
    public required double Slowest { get; init; }
    public required double CallbackRequests { get; init; }

    /// <summary>
    /// Cores that processes outside the measurement kept busy on average; above a tenth or two the turn is not worth
    /// much.
    /// </summary>
    public required double OtherCores { get; init; }
    public string? Failure { get; init; }
}
