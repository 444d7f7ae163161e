using Parley.Bench.Esme;
using Parley.Bench.Load;
using Parley.Bench.Market;
using Parley.Bench.Scenarios;
using Parley.Bench.Simulator;
using Parley.Bench.Sink;
using Parley.Bench.Wire;

// All but the last are started by it, each as a process of its own, so that its cost is its own.
return args switch
{
    ["simulator", .. var rest] => SimulatorVerb.Run(new CommandWords(rest)),
    ["sink", .. var rest] => SinkVerb.Run(new CommandWords(rest)),
    ["load", .. var rest] => LoadVerb.Run(new CommandWords(rest)),
    ["market", .. var rest] => MarketVerb.Run(new CommandWords(rest)),
    ["esme", .. var rest] => EsmeVerb.Run(new CommandWords(rest)),
    ["echo", .. var rest] => EchoVerb.Run(new CommandWords(rest)),
    _ => await RunVerb.Run(args),
};
