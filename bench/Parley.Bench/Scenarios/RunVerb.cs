using Parley.Bench.Wire;

namespace Parley.Bench.Scenarios;

/// <summary>`[scenario] [options]`: starts everything, takes the turns, writes the report.</summary>
static class RunVerb
{
    public static async Task<int> Run(string[] args)
    {
        var named = args.Length > 0 && !args[0].StartsWith('-');
        var scenario = named ? args[0] : "sms";
        var options = BenchOptions.From(new CommandWords(args.AsSpan(named ? 1 : 0)));
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        var results = await Pairs.Run(SmsScenario.Contenders(options), options.Pairs, stop.Token);
        Console.WriteLine(Json.Document(results));
        return results.Any(r => r.Failure is not null) ? 1 : 0;
    }
}
