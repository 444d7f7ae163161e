using Parley.Platform;
using Parley.Platform.Events;

namespace Parley.Tests.Platform.Events;

public sealed class EventBusTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_subscriber_writes_in_the_transaction_of_the_fact_and_falls_with_it(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var bus = new EventBus();
        bus.Subscribe<Fact>((tx, fact) => Insert(tx, fact.Number));
        bus.Subscribe<Fact>((tx, fact) => Insert(tx, fact.Number * 10));
        bus.Subscribe<string>((_, _) => Assert.Fail("another kind of event"));
        await world.Database.Transact(tx => bus.Publish(tx, new Fact(1)), CancellationToken.None);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Database.Transact<bool>(
            tx =>
            {
                bus.Publish(tx, new Fact(2));
                throw new InvalidOperationException("the fact does not hold");
            },
            CancellationToken.None));
        Assert.Equal([1, 10], await world.Numbers());
    }

    [Fact]
    public async Task Nobody_subscribes_once_events_flow()
    {
        await using var world = await PlatformWorld.Start("sqlite");
        var bus = new EventBus();
        await world.Database.Transact(tx => bus.Publish(tx, new Fact(1)), CancellationToken.None);
        Assert.Throws<InvariantBroken>(() => bus.Subscribe<Fact>(static (_, _) => { }));
    }

    private static void Insert(Parley.Platform.Storage.Tx tx, long number) =>
        tx.Execute("INSERT INTO numbers (id, at_place) VALUES (@number, 0)", new { number });

    private sealed record Fact(long Number);
}
