using System.Diagnostics.Metrics;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>What is counted about suppliers.</summary>
public sealed class SupplierMeter
{
    private readonly Counter<long> _vends;
    private readonly Counter<long> _quarantines;

    public SupplierMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Parley.Marketplace");
        _vends = meter.CreateCounter<long>("parley.supplier.vends", "{vend}",
            "Vends that suppliers were asked for, by what they said.");
        _quarantines = meter.CreateCounter<long>("parley.supplier.quarantines", "{quarantine}",
            "Times that a supplier was put out of the routing, or stayed out because its probe failed.");
        meter.CreateObservableGauge("parley.supplier.quarantined", () => Out.Select(s => new Measurement<int>(
            s.Out ? 1 : 0, new KeyValuePair<string, object?>("supplier", s.Supplier))),
            description: "1 while a supplier is out of the routing, as this node last saw it.");
    }

    /// <summary>Suppliers that have had trouble, and whether they are out.</summary>
    internal IReadOnlyList<(string Supplier, bool Out)> Out { get; set; } = [];

    internal void Vended(string supplier, SupplierAnswer answer)
    {
        if (!_vends.Enabled) return;
        var outcome = answer switch
        {
            { IsLost: true } => "lost",
            { Outcome: VendOutcome.Success } => "sold",
            { Outcome: VendOutcome.Declined } => "declined",
            { Outcome: VendOutcome.Retryable } => "declined_for_now",
            { Outcome: VendOutcome.NotConnected } => "not_connected",
            { Outcome: VendOutcome.Unknown } => "unknown",
            _ => "pending",
        };
        _vends.Add(1, new KeyValuePair<string, object?>("supplier", supplier),
            new KeyValuePair<string, object?>("outcome", outcome));
    }

    internal void Quarantined(string supplier) =>
        _quarantines.Add(1, new KeyValuePair<string, object?>("supplier", supplier));
}
