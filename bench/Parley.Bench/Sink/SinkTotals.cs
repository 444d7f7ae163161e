namespace Parley.Bench.Sink;

/// <summary>What the receiver of callbacks has seen since its start or the last reset.</summary>
sealed record SinkTotals
{
    public long Requests { get; set; }
    public long Unique { get; set; }
    public long Repeated { get; set; }

    /// <summary>Final states other than delivered, and events without a number.</summary>
    public long Wrong { get; set; }

    /// <summary>Not final; a peer that sends them pays for them.</summary>
    public long Interim { get; set; }

    /// <summary>Stopwatch ticks (the monotonic clock, shared by all processes) of the last new event.</summary>
    public long LastAt { get; set; }
}
