using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Nodes;
using Parley.Server.Marketplace;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>
/// A node: the marketplace's own services with everything they remember, on the common database. Only what reaches out
/// is the simulation's: commits, bank, suppliers, the clock. When it dies, all of it is left where it was.
/// </summary>
internal sealed class SimNode : Place
{
    private readonly World _world;
    private readonly ServiceProvider _services;

    public SimNode(World world, string name)
    {
        (_world, Name) = (world, name);
        Clock = new SimClock(world, this) { Ahead = world.SomeAhead() };
        var random = new Random(world.Random.Next());
        var services = new ServiceCollection()
            .AddMarketplace(new MarketplaceOptions())
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddMetrics()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(random)
            .AddSingleton(new Ids(Clock, random))
            .AddSingleton(world.Database.Database)
            .AddSingleton(world.Catalogue)
            .AddSingleton(new SecretBox(new byte[32]))
            .AddSingleton<Node>()
            .AddSingleton<JobQueue>()
            .AddSingleton<Books>()
            .AddSingleton(world.Planted.Bank(new NodeBank(world, this)))
            .AddSingleton(world.Planted.Supplier(new NodeSupplier(world, this)))
            .AddSingleton<IPurchaseCommits>(new SimCommits(world, this, Commits));
        _services = services.BuildServiceProvider();
        Id = Of<Node>().Id;
        Queue = Of<JobQueue>();
        Kinds = ((JobKind[])[Of<ReserveFunds>().Kind, Of<VendJob>().Kind, Of<ResultJob>().Kind])
            .ToDictionary(k => k.Name);
        foreach (var kind in Kinds.Values) Queue.Add(kind);
        Purchases = Of<PurchasesApi>();
        world.Trail.Write(name, $"starts, its clock {Clock.Ahead / Micros.PerSecond} s ahead");
    }

    public string Name { get; }

    /// <summary>The id under which it holds leases.</summary>
    public string Id { get; }

    public SimClock Clock { get; }

    public JobQueue Queue { get; }

    public Dictionary<string, JobKind> Kinds { get; }

    public PurchasesApi Purchases { get; }

    /// <summary>Its meters are known to the whole process until they are ended.</summary>
    public void EndMeters() => Of<IMeterFactory>().Dispose();

    public T Of<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A call at a door, from the fields on: what stands before them is about who calls.</summary>
    public static async Task<(int Status, JsonNode Body)> Call(MarketHandler handler, Client client, string json)
    {
        MarketAnswer answer;
        try
        {
            var fields = Fields.OfJson(Encoding.UTF8.GetBytes(json));
            answer = await handler.Run(new MarketCall(client, fields, CancellationToken.None));
        }
        catch (StormException)
        {
            answer = handler.Refused(MarketError.Unexpected, null);
        }
        return (answer.Status, JsonSerializer.SerializeToNode(answer.Body)!);
    }

    /// <summary>It ends here and now.</summary>
    public void End(string where)
    {
        if (Alive) _world.Died(this, where);
    }

    /// <summary>It ends, and the strand that awaits this with it.</summary>
    public Task Die(string where)
    {
        End(where);
        return new Awaited<bool>(_world.Time, this).Answer;
    }

    /// <summary>The platform's own, or on the simulation's thread; a planted fault may stand in front of it.</summary>
    private IPurchaseCommits Commits() => _world.Planted.Commits(
        _world.OwnCommits ? _services.GetServices<IPurchaseCommits>().First() : new DirectCommits(_world.Database),
        _world);
}
