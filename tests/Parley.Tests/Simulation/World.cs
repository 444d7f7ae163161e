using Parley.Platform;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>A fault of our own, put before what a node reaches out with; none by default.</summary>
internal sealed record Planted
{
    public Func<IPurchaseCommits, World, IPurchaseCommits> Commits { get; init; } = (commits, _) => commits;

    public Func<ISupplier, ISupplier> Supplier { get; init; } = supplier => supplier;

    public Func<IBank, IBank> Bank { get; init; } = bank => bank;
}

/// <summary>What came of a seed; nothing found means that all agree.</summary>
internal sealed record Report(
    int Seed, IReadOnlyList<string> Findings, Trail Trail, int Purchases, int Deaths, int Runs);

/// <summary>
/// The marketplace under a seed: nodes, buyers, a bank, suppliers, a person who decides, and the weather; all in virtual
/// time, on the calling thread, until nothing is left to do.
/// </summary>
internal sealed class World
{
    /// <summary>
    /// How wrong a node's clock may be, in microseconds: two differ by a minute at most, and with that, a request that is
    /// on its way for 40 s and a node that is held up for 15 s, nothing comes to a supplier two minutes after its attempt.
    /// </summary>
    public const long MostAhead = 30 * Micros.PerSecond;

    private const long LongestFlight = 40 * Micros.PerSecond;
    private const long LongestPause = 15 * Micros.PerSecond;

    private readonly int _seed;
    private readonly List<SimNode> _nodes = [];
    private readonly List<string> _findings = [];
    private int _started, _deaths;
    private bool _calm;

    public World(int seed, SimDatabase database, Planted planted, bool ownCommits)
    {
        (_seed, Database, Planted, OwnCommits) = (seed, database, planted, ownCommits);
        Random = new Random(seed);
        Weather = Weather.Of(Random);
        // SQLite serves one node, so its own commits need not expect another.
        if (ownCommits && database.IsSqlite) Weather = Weather with { Nodes = 1 };
        Time = new Scheduler((name, error) => Find($"{name} threw {error}"));
        Trail = new Trail(() => Now);
        (Money, Suppliers, Pump, Person) = (new(this), new(this), new(this), new(this));
        Buyers = [.. Enumerable.Range(1, Weather.Purchases).Select(n => new Buyer(this, n))];
    }

    public Random Random { get; }

    public Weather Weather { get; }

    public Scheduler Time { get; }

    public long Now => Time.Now;

    public Trail Trail { get; }

    public SimDatabase Database { get; }

    public Planted Planted { get; }

    /// <summary>True when nodes write as the platform does, with threads of its own.</summary>
    public bool OwnCommits { get; }

    public Catalogue Catalogue { get; } = Wares.Catalogue;

    public MoneyWorld Money { get; }

    public SupplierWorld Suppliers { get; }

    public JobPump Pump { get; }

    public Person Person { get; }

    public IReadOnlyList<Buyer> Buyers { get; }

    public IReadOnlyList<SimNode> Alive => [.. _nodes.Where(n => n.Alive)];

    public SimNode? Any => Alive is { Count: > 0 } alive ? alive[Random.Next(alive.Count)] : null;

    public static Report Run(int seed, SimDatabase database, Planted? planted = null, bool ownCommits = false)
    {
        var before = SynchronizationContext.Current;
        database.Empty();
        var world = new World(seed, database, planted ?? new Planted(), ownCommits);
        SynchronizationContext.SetSynchronizationContext(world.Time);
        try
        {
            return world.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            foreach (var node in world._nodes) node.EndMeters();
        }
    }

    public void Find(string what)
    {
        Trail.Write("FOUND", what);
        var first = what.Split('\n')[0].TrimEnd();
        if (_findings.Count < 20) _findings.Add(first.Length <= 300 ? first : first[..300]);
    }

    public bool Happens(double chance) => Random.NextDouble() < chance;

    /// <summary>True when this kind of trouble comes now.</summary>
    public bool Strikes(Func<Weather, double> kind)
    {
        var chance = kind(Weather) * (Now < Scheduler.Start + Weather.Storm ? 1 : 0.1);
        return Random.NextDouble() < chance && !_calm;
    }

    public long Between(long least, long most) => Random.NextInt64(least, most + 1);

    public T OneOf<T>(params T[] these) => these[Random.Next(these.Length)];

    public long SomeAhead() => Weather.Jumps > 0 ? Between(-MostAhead, MostAhead) : 0;

    /// <summary>A little time, seldom much of it: a node that is held up.</summary>
    public Task Pause(SimNode node) =>
        Wait(node, Strikes(w => w.Delay / 10) ? Between(1, LongestPause) : Between(10, 3_000));

    public Task Wait(Place place, long micros)
    {
        var over = new Awaited<bool>(Time, place);
        Time.After(micros, () => over.Set(true));
        return over.Answer;
    }

    /// <summary>A request on its way: it may be lost, late, or come twice.</summary>
    public void Request(long more, Action arrives)
    {
        if (Strikes(w => w.Loss)) return;
        Time.After(more + Flight(), arrives);
        if (Strikes(w => w.Twice)) Time.After(more + Flight(), arrives);
    }

    public void Reply(Action arrives)
    {
        if (!Strikes(w => w.Loss)) Time.After(Flight(), arrives);
    }

    public void Died(SimNode node, string where)
    {
        node.Alive = false;
        _deaths++;
        Trail.Write(node.Name, $"dies {where}");
        Time.After(Between(20, 25) * Micros.PerSecond, () => Pump.Release(node.Id));
        Time.After(Between(Micros.PerSecond / 5, Micros.PerMinute), StartNode);
    }

    private Report Run()
    {
        for (var i = 0; i < Weather.Nodes; i++) StartNode();
        Money.Deafen();
        Plan();
        foreach (var buyer in Buyers) Time.Begin($"buyer {buyer.Ref}", buyer.Buy);
        Person.Begin();
        Time.RunAll(Pump.Look);
        _calm = true;
        foreach (var buyer in Buyers) Time.Begin($"buyer {buyer.Ref}", buyer.LookAtLast);
        Time.RunAll(Pump.Look);
        new Verdict(this).Pass();
        return new(_seed, _findings, Trail, Buyers.Count, _deaths, Pump.Runs);
    }

    /// <summary>What strikes at moments of its own.</summary>
    private void Plan()
    {
        Often(Weather.Death * 100, () => Any?.End("at any moment"));
        Often(Weather.Jumps * 4, () =>
        {
            if (Any is not { } node) return;
            node.Clock.Ahead = SomeAhead();
            Trail.Write(node.Name, $"its clock is set {node.Clock.Ahead / Micros.PerSecond} s ahead");
            Pump.Stir();
        });
        Often(Weather.Zombies * 2, () =>
        {
            if (Any is not { } node) return;
            Trail.Write(node.Name, "is taken for dead");
            Pump.Release(node.Id);
        });

        void Often(double times, Action strike)
        {
            for (var i = Random.Next((int)times + 1); i > 0; i--) Time.After(Between(0, Weather.Storm), strike);
        }
    }

    private void StartNode()
    {
        _nodes.Add(new SimNode(this, $"n{++_started}"));
        Pump.Stir();
    }

    private long Flight() =>
        Strikes(w => w.Delay) ? Between(Micros.PerSecond / 2, LongestFlight) : Between(1_000, 300_000);
}
