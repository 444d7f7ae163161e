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

    /// <summary>A turn that came to nothing: no figures, but seen in the report and in the exit code.</summary>
    public static TurnResult Failed(string peer, int messages, string why) => new()
    {
        Peer = peer,
        Messages = messages,
        Seconds = double.NaN,
        PerSecond = double.NaN,
        AcceptedPerSecond = double.NaN,
        Cpu = double.NaN,
        CpuByProcess = [],
        PeakMb = double.NaN,
        P50 = double.NaN,
        P99 = double.NaN,
        Slowest = double.NaN,
        CallbackRequests = double.NaN,
        OtherCores = double.NaN,
        Failure = why,
    };
}
