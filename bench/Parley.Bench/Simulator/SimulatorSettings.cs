using Parley.Bench.Wire;

namespace Parley.Bench.Simulator;

/// <param name="Window">Most deliver_sm without an answer.</param>
/// <param name="Delay">Between the submission and its receipt.</param>
/// <param name="Ordinary">No TCP_NODELAY, no immediate acknowledgements: sockets as they come.</param>
/// <param name="Receipts">Whether receipts are sent at all.</param>
/// <param name="FreshIds">Ids that no earlier simulator gave, for a database that has seen one.</param>
sealed record SimulatorSettings(int Window, TimeSpan Delay, bool Ordinary, bool Receipts, bool FreshIds = false)
{
    /// <summary>The first id less one. An hour's worth of seconds, a million ids each, keeps the ten digits.</summary>
    public uint FirstId => FreshIds ? (uint)(Environment.TickCount64 / 1000 % 4000 * 1_000_000) : 0;

    public static SimulatorSettings From(CommandWords line) => new(line.Int("window", 100),
        TimeSpan.FromSeconds(line.Number("delay", 0)), line.Has("ordinary"), !line.Has("no-receipts"),
        line.Has("fresh-ids"));

    public string[] Words()
    {
        List<string> words = ["--window", $"{Window}", "--delay", FormattableString.Invariant($"{Delay.TotalSeconds}")];
        if (Ordinary) words.Add("--ordinary");
        if (!Receipts) words.Add("--no-receipts");
        if (FreshIds) words.Add("--fresh-ids");
        return [.. words];
    }
}
