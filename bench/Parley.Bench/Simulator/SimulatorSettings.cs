using Parley.Bench.Wire;

namespace Parley.Bench.Simulator;

/// <param name="Window">Most deliver_sm without an answer.</param>
/// <param name="Delay">Between the submission and its receipt.</param>
/// <param name="Ordinary">No TCP_NODELAY, no immediate acknowledgements, an answer a send: sockets as they come.</param>
/// <param name="Receipts">Whether receipts are sent at all.</param>
sealed record SimulatorSettings(int Window, TimeSpan Delay, bool Ordinary, bool Receipts)
{
    public static SimulatorSettings From(CommandWords line) => new(line.Int("window", 100),
        TimeSpan.FromSeconds(line.Number("delay", 0)), line.Has("ordinary"), !line.Has("no-receipts"));

    public string[] Words() =>
    [
        "--window", $"{Window}", "--delay", FormattableString.Invariant($"{Delay.TotalSeconds}"),
        .. Ordinary ? ["--ordinary"] : Array.Empty<string>(), .. Receipts ? Array.Empty<string>() : ["--no-receipts"],
    ];
}
