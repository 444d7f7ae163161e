using System.Diagnostics.Metrics;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>What the SMPP server counts.</summary>
internal sealed class SmppMeter
{
    public const string Name = "Parley.SmppServer";

    private readonly Meter _meter;
    private readonly Counter<long> _submits;
    private readonly Counter<long> _bindsRefused;
    private readonly Counter<long> _deliveries;

    public SmppMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _submits = _meter.CreateCounter<long>("parley.smpp.submits", "{message}",
            "Messages that SMPP clients submitted, by the status they were answered with.");
        _bindsRefused = _meter.CreateCounter<long>("parley.smpp.binds_refused", "{bind}", "Binds refused, by status.");
        _deliveries = _meter.CreateCounter<long>("parley.smpp.deliveries", "{delivery}",
            "Receipts and messages for SMPP clients: acknowledged, kept in the database for later, dropped.");
    }

    /// <summary>Deliveries that wait in the database, as last counted.</summary>
    public long Waiting { get; set; }

    public void Submitted(CommandStatus status, int count)
    {
        if (_submits.Enabled)
            _submits.Add(count, new KeyValuePair<string, object?>("status", status.SpecificationName()));
    }

    public void BindRefused(CommandStatus status) =>
        _bindsRefused.Add(1, new KeyValuePair<string, object?>("status", status.SpecificationName()));

    public void Acknowledged() => Ended("acknowledged", 1);

    public void Kept(int count) => Ended("kept", count);

    public void Dropped(int count) => Ended("dropped", count);

    public void Observe(Func<int> sessions)
    {
        _meter.CreateObservableGauge("parley.smpp.sessions", sessions, "{session}", "Sessions that are bound.");
        _meter.CreateObservableGauge("parley.smpp.deliveries.waiting", () => Waiting, "{delivery}",
            "Deliveries to SMPP clients that wait in the database, counted every half minute.");
    }

    private void Ended(string outcome, int count)
    {
        if (_deliveries.Enabled) _deliveries.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
    }
}
