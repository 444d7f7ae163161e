using Parley.Bench.Report;
using Parley.Bench.Wire;

namespace Parley.Bench.Scenarios;

/// <summary>`[scenario] [options]`: starts everything, takes the turns, writes the report.</summary>
static class RunVerb
{
    const string Usage = """
        dotnet dev.cs bench [scenario] [options]

          sms (default)   one message a request, receipt, one callback; both of Kannel's stores beside it
                          --receipt-delay 1.5 | --postgres | --slow-smsc [--receipt-window 10] | --steady 500
          batch           100 messages a request, batched callbacks
          accept          accepting alone, and batches against bare inserts
          flat            --rows 5000000 finished messages in the table against none
          start           time to the first accepted message, memory
          ledger          holds and captures in process, against plain SQL functions driven by pgbench
                          --seconds 10 a turn
          purchases       Reserve and Transact to the acknowledged outcome, bank and supplier answering at once
                          --seconds 60 | --buyers 64 | --finished 1000000 purchases in the tables | --postgres
          smpp            submit_sm to its receipt, against the HTTP path and the bare library; memory of idle sessions
          codec           encode and decode

          with --postgres --postgres-settings max_wal_size=8GB,checkpoint_timeout=30min

          --pairs 5  --messages 60000  --peers parley,kannel-file,kannel-spool  --server PATH  --output artifacts/bench
        """;

    public static async Task<int> Run(string[] args)
    {
        if (args.Contains("--help"))
        {
            Console.WriteLine(Usage);
            return 0;
        }
        var named = args.Length > 0 && !args[0].StartsWith('-');
        var scenario = named ? args[0] : "sms";
        var options = BenchOptions.From(new CommandWords(args.AsSpan(named ? 1 : 0)));
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        return await Run(scenario, options, stop.Token);
    }

    static async Task<int> Run(string scenario, BenchOptions options, CancellationToken stop)
    {
        var findings = new Findings($"Bench: {scenario}");
        switch (scenario)
        {
            case "sms":
                await SmsScenario.Run(options, findings, stop);
                break;
            case "batch":
                await BatchScenario.Run(options, findings, stop);
                break;
            case "accept":
                await AcceptScenario.Run(options, findings, stop);
                break;
            case "flat":
                await FlatScenario.Run(options, findings, stop);
                break;
            case "start":
                await StartScenario.Run(options, findings, stop);
                break;
            case "ledger":
                await LedgerScenario.Run(options, findings, stop);
                break;
            case "purchases":
                await PurchasesScenario.Run(options, findings, stop);
                break;
            case "smpp":
                await SmppScenario.Run(options, findings, stop);
                break;
            case "codec":
                CodecScenario.Run(options);
                return 0;
            default:
                Console.Error.WriteLine($"Unknown scenario '{scenario}'\n\n{Usage}");
                return 2;
        }
        findings.Write(options.Output, $"{scenario}{options.Suffix}");
        return findings.Failures.Count == 0 ? 0 : 1;
    }
}
