using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>Who takes a turn, and with which work: usually all the same.</summary>
sealed record Contender(string Name, Func<Peer> Make, Workload Work);
