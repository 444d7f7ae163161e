using Parley.Bench.Simulator;
using Parley.Bench.Wire;

namespace Parley.Bench.Scenarios;

/// <summary>What was asked on the command line.</summary>
sealed record BenchOptions
{
    public required string Server { get; init; }
    public required int Pairs { get; init; }
    public required int Messages { get; init; }
    public required double ReceiptDelay { get; init; }
    public required bool Postgres { get; init; }

    /// <summary>What differs from PostgreSQL's defaults: NAME=VALUE, separated by commas.</summary>
    public required string PostgresSettings { get; init; }

    public required bool SlowSmsc { get; init; }
    public required double Steady { get; init; }

    /// <summary>Most receipts the SMSC sends without an answer.</summary>
    public required int ReceiptWindow { get; init; }

    public required IReadOnlySet<string> Peers { get; init; }
    public required string Output { get; init; }

    /// <summary>Finished messages in the table of `flat`.</summary>
    public required int Rows { get; init; }

    /// <summary>How long a turn of `ledger` or `purchases` lasts; 0 for the scenario's own.</summary>
    public required int Seconds { get; init; }

    /// <summary>Buyers of `purchases` at once.</summary>
    public required int Buyers { get; init; }

    /// <summary>Finished purchases in the tables of `purchases`.</summary>
    public required int Finished { get; init; }

    static readonly string[] Known =
        ["server", "pairs", "messages", "receipt-delay", "receipt-window", "postgres", "postgres-settings", "slow-smsc",
        "steady", "peers", "output", "rows", "seconds", "buyers", "finished"];

    public static BenchOptions From(CommandWords line)
    {
        if (line.Names.Except(Known).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"Unknown option --{unknown}; known are --{string.Join(", --", Known)}");
        return new()
        {
            Server = line.Text("server", "artifacts/parley/Parley.Server"),
            Pairs = line.Int("pairs", 5),
            Messages = line.Int("messages", 0),
            ReceiptDelay = line.Number("receipt-delay", 0),
            Postgres = line.Has("postgres"),
            PostgresSettings = line.Text("postgres-settings", ""),
            SlowSmsc = line.Has("slow-smsc"),
            Steady = line.Number("steady", 0),
            ReceiptWindow = line.Int("receipt-window", 100),
            Peers = line.Text("peers", "parley,kannel-file,kannel-spool").Split(',').ToHashSet(),
            Output = line.Text("output", "artifacts/bench"),
            Rows = line.Int("rows", 5_000_000),
            Seconds = line.Int("seconds", 0),
            Buyers = line.Int("buyers", 64),
            Finished = line.Int("finished", 0),
        };
    }

    /// <summary>Of the report's name, so that variants stand beside each other.</summary>
    public string Suffix => string.Concat(Postgres ? "-postgres" : "", SlowSmsc ? "-slow-smsc" : "",
        ReceiptDelay > 0 ? "-delayed" : "", Steady > 0 ? FormattableString.Invariant($"-{Steady}") : "",
        PostgresSettings.Length > 0 ? "-tuned" : "", ReceiptWindow != 100 ? $"-receipts-{ReceiptWindow}" : "",
        Finished > 0 ? "-finished" : "");

    public Workload Work()
    {
        var window = SlowSmsc ? 10 : 100;
        var messages = Messages > 0 ? Messages
            : Steady > 0 ? (int)(Steady * 20)
            : SlowSmsc ? 10_000
            : 60_000;
        return new(messages, Math.Min(20_000, messages), 64, 1, Steady, window,
            new SimulatorSettings(ReceiptWindow, TimeSpan.FromSeconds(ReceiptDelay), SlowSmsc, Receipts: true));
    }
}
