using Parley.Bench.Wire;

namespace Parley.Bench.Esme;

/// <param name="Window">Most submit_sm of a session without an answer.</param>
sealed record EsmeSettings(int Port, int Sessions, int Window, string SystemId, string Password, string SystemType)
{
    public static EsmeSettings From(CommandWords line) => new(line.Int("port", 0), line.Int("sessions", 4),
        line.Int("window", 100), line.Text("system-id", ""), line.Text("password", ""), line.Text("system-type", ""));

    public string[] Words() =>
    [
        "--port", $"{Port}", "--sessions", $"{Sessions}", "--window", $"{Window}", "--system-id", SystemId,
        "--password", Password, "--system-type", SystemType,
    ];
}

/// <summary>The answers to the submits, and the receipts that followed.</summary>
/// <param name="LastReceiptAt">Stopwatch ticks.</param>
sealed record EsmeResult(Load.LoadResult Submits, long Receipts, long LastReceiptAt);
