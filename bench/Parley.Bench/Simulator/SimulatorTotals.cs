namespace Parley.Bench.Simulator;

/// <summary>What the simulated SMSC has seen since its start.</summary>
sealed record SimulatorTotals
{
    public long Binds { get; set; }
    public long Submits { get; set; }
    public long Receipts { get; set; }
    public long Acknowledged { get; set; }
    public int MostOutstanding { get; set; }
    public uint LastId { get; set; }
}
