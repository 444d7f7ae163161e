using Parley.Bench.Simulator;

namespace Parley.Bench.Scenarios;

/// <param name="Messages">Measured, after <paramref name="WarmUp"/> more.</param>
/// <param name="Batch">Messages a request.</param>
/// <param name="Rate">Messages a second; 0 is as fast as the answers come.</param>
/// <param name="Window">Of the peer towards the SMSC.</param>
/// <param name="BatchCallbacks">Several events in one callback, where the candidate can.</param>
/// <param name="Callbacks">Whether a turn ends with the last callback (or with the last answer).</param>
/// <param name="SmscAbsent">Nothing listens where the SMSC should be, so that accepting is all there is to do.</param>
sealed record Workload(int Messages, int WarmUp, int Connections, int Batch, double Rate, int Window,
    SimulatorSettings Simulator, bool BatchCallbacks = false, bool Callbacks = true, bool SmscAbsent = false)
{
    /// <summary>A turn that takes longer has failed; the slowest candidate known does a thousand a second.</summary>
    public TimeSpan Deadline => TimeSpan.FromSeconds(60 + (Messages / (Rate > 0 ? Rate : 250)));
}
