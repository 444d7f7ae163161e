using Parley.Bench.Wire;

namespace Parley.Bench.Load;

/// <param name="Shape">Whose request: `kannel`, `kannel-bare` (no receipt asked) or `parley`.</param>
/// <param name="Batch">Messages a request.</param>
/// <param name="Callback">Port of the sink, which Kannel is told with every message.</param>
sealed record LoadSettings(string Shape, int Port, int Connections, int Batch, int Callback, string Key)
{
    public static LoadSettings From(CommandWords line) => new(line.Text("shape", "parley"), line.Int("port", 0),
        line.Int("connections", 64), line.Int("batch", 1), line.Int("callback", 0), line.Text("key", "none"));

    public string[] Words() =>
    [
        "--shape", Shape, "--port", $"{Port}", "--connections", $"{Connections}", "--batch", $"{Batch}",
        "--callback", $"{Callback}", "--key", Key,
    ];
}
