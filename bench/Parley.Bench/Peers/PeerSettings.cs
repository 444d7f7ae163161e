namespace Parley.Bench.Peers;

/// <summary>What both candidates are told alike.</summary>
/// <param name="Window">Most submit_sm without an answer.</param>
/// <param name="BatchCallbacks">Several events in one callback, where the candidate can.</param>
sealed record PeerSettings(int SmscPort, int SinkPort, int Window, bool BatchCallbacks = false);
