using Parley.Bench.Peers;

namespace Parley.Bench.Scenarios;

/// <summary>Who takes a turn, and with which work: usually all the same.</summary>
/// <param name="After">What is looked at while the peer still runs.</param>
sealed record Contender(string Name, Func<Peer> Make, Workload Work, Func<Peer, CancellationToken, Task>? After = null);
