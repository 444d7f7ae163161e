using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Platform.Storage;
using Parley.Server;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class SupplierHealthTests
{
    private static readonly SupplierAnswer Sold = new(VendOutcome.Success, "0000");

    private static readonly Supplier River = new()
    {
        Id = "river",
        Partner = new Partner { Url = "http://127.0.0.1" },
        Quarantine = new QuarantinePolicy { Strikes = 3, Least = 10 },
    };

    /// <summary>Two nodes: on PostgreSQL with a pool each, on SQLite over the one there can be.</summary>
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task All_nodes_leave_it_alone_and_one_purchase_tries_it(string engine)
    {
        await using var world = await World.Create(engine);
        var (here, there) = (world.Node(), world.Node());
        Assert.True(await here.Admits("A-1"));
        await here.Heard("A-1", SupplierAnswer.Unheard);
        await there.Heard("B-1", SupplierAnswer.Unheard);
        Assert.True(await there.Admits("B-2"));
        await here.Heard("A-2", SupplierAnswer.Unheard);
        Assert.False(await here.Admits("A-3"));
        Assert.True(here.Health.IsOut("river"));
        world.Clock.Jump(TimeSpan.FromSeconds(2));
        Assert.False(await there.Admits("B-3"));

        world.Clock.Jump(TimeSpan.FromSeconds(30));
        var tries = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? here : there).Admits($"P-{i}")));
        Assert.Single(tries, admitted => admitted);
        var probe = (await here.Show()).Health.Probe!;
        // What was begun before says nothing; the probe does, whoever hears its answer.
        world.Clock.Jump(TimeSpan.FromSeconds(2));
        await there.Heard("B-2", Sold);
        Assert.True((await here.Show()).Health.IsOut);
        await there.Heard(probe, SupplierAnswer.Unheard);
        var longer = (await here.Show()).Health;
        Assert.Equal((true, 2L, null), (longer.IsOut, longer.Times, longer.Probe));

        world.Clock.Jump(TimeSpan.FromSeconds(61));
        Assert.True(await here.Admits("P-9"));
        await here.Heard("P-9", Sold);
        world.Clock.Jump(TimeSpan.FromSeconds(2));
        Assert.True(await there.Admits("B-4"));
        Assert.False((await there.Show()).Health.IsOut);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Failures_among_many_vends_put_it_out_and_do_not_count_twice(string engine)
    {
        await using var world = await World.Create(engine);
        var node = world.Node();
        var failed = new SupplierAnswer(VendOutcome.Retryable, "2225");
        for (var i = 0; i < 8; i++) await node.Heard($"G-{i}", Sold);
        for (var i = 0; i < 7; i++) await node.Heard($"F-{i}", failed);
        var (health, window) = await node.Show();
        Assert.Equal((false, new Tally(8, 7)), (health.IsOut, window));
        await node.Heard("F-8", failed);
        health = (await node.Show()).Health;
        Assert.Contains("8 of 16 vends failed within 5 minutes", health.Reason);
        await node.Lift("Ada");
        // The old failures have had their consequence.
        world.Clock.Jump(TimeSpan.FromMinutes(1));
        await node.Heard("F-9", failed);
        (health, window) = await node.Show();
        Assert.Equal((false, "Ada", new Tally(8, 9)), (health.IsOut, health.ChangedBy, window));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Hands_and_what_is_given_back(string engine)
    {
        await using var world = await World.Create(engine);
        var node = world.Node();
        await node.PutOut("Ada", "maintenance");
        world.Clock.Jump(TimeSpan.FromDays(9));
        Assert.False(await node.Admits("A-1"));
        await node.Lift("Ben");
        Assert.True(await node.Admits("A-2"));

        for (var i = 0; i < 3; i++) await node.Heard($"S-{i}", SupplierAnswer.Unheard);
        world.Clock.Jump(TimeSpan.FromSeconds(31));
        Assert.True(await node.Admits("P-1"));
        Assert.False(await node.Admits("P-2"));
        await node.GiveBack("P-1");
        Assert.True(await node.Admits("P-2"));
        // A probe that nobody hears of makes room.
        world.Clock.Jump(TimeSpan.FromMinutes(11));
        Assert.True(await node.Admits("P-3"));
        await node.HeardLater("P-3", Sold);
        Assert.True(await node.Admits("A-3"));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Nothing_is_remembered_of_what_was_not_committed(string engine)
    {
        await using var world = await World.Create(engine);
        var node = world.Node();
        for (var i = 0; i < 2; i++) await node.Heard($"S-{i}", SupplierAnswer.Unheard);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Database.Transact(tx =>
        {
            node.Health.Heard(tx, River, "S-3", SupplierAnswer.Unheard);
            throw new InvalidOperationException("the node ends here");
        }, CancellationToken.None));
        Assert.True(await node.Admits("A-1"));
        var (health, window) = await node.Show();
        Assert.Equal((2L, new Tally(0, 2)), (health.Strikes, window));
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestEngine _engine;
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

        private World(TestEngine engine) => (_engine, Database) = (engine, Database.Open(engine.Storage));

        public Database Database { get; }

        public JumpingClock Clock { get; } = new();

        public static async Task<World> Create(string engine)
        {
            var world = new World(await TestEngine.Create(engine));
            await Migrations.Run(
                world.Database, [typeof(Database).Assembly, typeof(ParleyServer).Assembly], CancellationToken.None);
            return world;
        }

        public Node Node() => new(Database, new SupplierHealth(
            new Catalogue(), Clock, ActivatorUtilities.CreateInstance<SupplierMeter>(_services),
            NullLogger<SupplierHealth>.Instance));

        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            await _engine.DisposeAsync();
            await _services.DisposeAsync();
        }
    }

    private sealed record Node(Database Database, SupplierHealth Health)
    {
        public Task<bool> Admits(string attempt) =>
            Database.Transact(tx => Health.Admits(tx, River, attempt), CancellationToken.None);

        public Task Heard(string attempt, SupplierAnswer answer) =>
            Database.Transact(tx => Health.Heard(tx, River, attempt, answer), CancellationToken.None);

        public Task HeardLater(string attempt, SupplierAnswer answer) =>
            Database.Transact(tx => Health.HeardLater(tx, River, attempt, answer), CancellationToken.None);

        public Task GiveBack(string attempt) =>
            Database.Transact(tx => Health.GiveBack(tx, River, attempt), CancellationToken.None);

        public Task PutOut(string by, string reason) =>
            Database.Transact(tx => Health.PutOut(tx, River, by, reason), CancellationToken.None);

        public Task Lift(string by) => Database.Transact(tx => Health.Lift(tx, River, by), CancellationToken.None);

        public Task<(Health Health, Tally Window)> Show() => Health.Show(Database, River, CancellationToken.None);
    }
}
