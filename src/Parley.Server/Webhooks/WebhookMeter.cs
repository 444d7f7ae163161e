using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Parley.Server.Webhooks;

/// <summary>What callbacks count, and where their spans come from.</summary>
internal sealed class WebhookMeter
{
    public const string Name = "Parley.Webhooks";

    public static readonly ActivitySource Spans = new(Name);

    private static readonly object[] Outcomes = ["delivered", "failed", "redirected", "abandoned"];
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;
    private readonly Meter _meter;

    public WebhookMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _attempts = _meter.CreateCounter<long>("parley.webhooks.attempts", "{attempt}",
            "Requests to callback addresses, by outcome.");
        _ended = _meter.CreateCounter<long>("parley.webhooks.deliveries", "{delivery}",
            "Deliveries that waited and ended, by state.");
        _duration = _meter.CreateHistogram<double>("parley.webhooks.duration", "s",
            "From the start of a request to its answer or failure.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
    }

    public void Attempted(AttemptOutcome outcome, TimeSpan took)
    {
        if (_attempts.Enabled) _attempts.Add(1, new KeyValuePair<string, object?>("outcome", Outcomes[(int)outcome]));
        if (_duration.Enabled) _duration.Record(took.TotalSeconds);
    }

    public void Ended(string state) => _ended.Add(1, new KeyValuePair<string, object?>("state", state));

    public void Observe(Func<int> waiting, Func<int> paused)
    {
        _meter.CreateObservableGauge("parley.webhooks.waiting", waiting, "{event}",
            "Events that wait in memory for their first attempt.");
        _meter.CreateObservableGauge("parley.webhooks.paused", paused, "{endpoint}", "Endpoints that are paused.");
    }
}
