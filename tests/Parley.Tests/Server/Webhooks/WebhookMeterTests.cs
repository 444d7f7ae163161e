using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhookMeterTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Counts_attempts_by_outcome_and_paused_endpoints(string engine)
    {
        await using var receiver = await CallbackReceiver.Start();
        receiver.Answers(200, 500, 302);
        await using var world = await WebhooksWorld.Start(engine, WebhooksWorld.To(receiver.Url));
        var meter = world.Get<IMeterFactory>().Create(WebhookMeter.Name);
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == meter) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        foreach (var message in (string[])["m1", "m2", "m3"])
        {
            world.Hand(world.Change(message));
            await world.Settled();
        }
        await world.Deliveries.Pause("int-1:inbound", CancellationToken.None);
        listener.RecordObservableInstruments();
        Assert.Equal(1, seen["parley.webhooks.attempts delivered"]);
        Assert.Equal(1, seen["parley.webhooks.attempts failed"]);
        Assert.Equal(1, seen["parley.webhooks.attempts redirected"]);
        Assert.Equal(3, seen["parley.webhooks.duration"]);
        Assert.Equal(1, seen["parley.webhooks.paused"]);
        Assert.Equal(0, seen["parley.webhooks.waiting"]);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
            seen.AddOrUpdate(name, value, (_, before) => before + value);
        }
    }
}
