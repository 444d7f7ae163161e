using System.Diagnostics.Metrics;

namespace Parley.Server.Channels.Messages;

/// <summary>What the outbound and inbound paths count.</summary>
internal sealed class MessageMeter
{
    public const string Name = "Parley.Messages";

    private readonly Counter<long> _finished;

    public MessageMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        Accepted = meter.CreateCounter<long>("parley.messages.accepted", "{message}", "Messages committed and answered as accepted.");
        Refused = meter.CreateCounter<long>("parley.messages.refused", "{message}", "Messages refused, by code.");
        _finished = meter.CreateCounter<long>("parley.messages.finished", "{message}", "Messages that reached a final status, by status.");
        Recovered = meter.CreateCounter<long>("parley.messages.recovered", "{message}", "Messages taken up again after a restart or from a node that is gone.");
        Reroutes = meter.CreateCounter<long>("parley.messages.given_back", "{message}", "Messages that a carrier gave back.");
        PossibleRepeats = meter.CreateCounter<long>("parley.messages.possible_repeats", "{message}", "Messages sent again whose first submit was never answered.");
        Inbound = meter.CreateCounter<long>("parley.inbound.received", "{message}", "Whole messages received from phones.");
        Unmatched = meter.CreateCounter<long>("parley.receipts.unmatched", "{receipt}", "Receipts that matched no message.");
    }

    public Counter<long> Accepted { get; }

    public Counter<long> Refused { get; }

    public Counter<long> Recovered { get; }

    public Counter<long> Reroutes { get; }

    public Counter<long> PossibleRepeats { get; }

    public Counter<long> Inbound { get; }

    public Counter<long> Unmatched { get; }

    /// <summary>A message has reached its final status, committed.</summary>
    public void HasFinished(MessageStatus status)
    {
        if (_finished.Enabled) _finished.Add(1, new KeyValuePair<string, object?>("status", status.Name()));
    }
}
