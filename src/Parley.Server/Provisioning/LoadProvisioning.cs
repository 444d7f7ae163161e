using System.Data.Common;
using Parley.Platform.Storage;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>
/// Takes what is provisioned from the database into this node's memory: directory, admin keys, routes, carriers. Run at the start, after every
/// provisioning here, and when another node has provisioned.
/// </summary>
public sealed class LoadProvisioning(
    Database database,
    TenantDirectory directory,
    AdminKeys adminKeys,
    RouteTable routes,
    CarrierPool carriers,
    CountryRules countries,
    Catalogue catalogue,
    MarketEntryStore market,
    PriceLists prices) : IDisposable
{
    private const int MaxReadings = 10;

    private readonly SemaphoreSlim _loading = new(1);
    private long _version = -1;

    /// <summary>The version in memory; -1 before the first load.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>
    /// The built-in simulator beside real carriers; set before the first load. It is this node's own, so it is in no row.
    /// </summary>
    public Carrier? Simulator { get; set; }

    /// <summary>A new world is in memory. Must not block.</summary>
    public event Action? Provisioned;

    public async Task Run(CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            var world = await Read(cancel);
            // First the prices: a tenant's list must be there when the tenant is.
            prices.Replace(world.Prices);
            directory.Replace(world.Directory);
            adminKeys.Replace(world.AdminKeys);
            routes.Replace(world.Routes);
            catalogue.Replace(world.Marketplace);
            routes.LeadTestNumbers(Simulator?.Id);
            countries.Replace(world.Countries);
            // Last, because carriers that go get time to finish; meanwhile nothing new is routed to them.
            await carriers.Replace(Simulator is null ? world.Carriers : [.. world.Carriers, Simulator]);
            Interlocked.Exchange(ref _version, world.Version);
        }
        finally
        {
            _loading.Release();
        }
        Provisioned?.Invoke();
    }

    /// <summary>Loads when the database has another version than this node.</summary>
    public async Task<bool> RunWhenChanged(CancellationToken cancel)
    {
        if (await database.Read(TenantStore.Version, cancel) == Version) return false;
        await Run(cancel);
        return true;
    }

    public void Dispose() => _loading.Dispose();

    /// <summary>Several queries, one world: the version says whether somebody provisioned between them.</summary>
    private async Task<World> Read(CancellationToken cancel)
    {
        for (var i = 1; ; i++)
        {
            var world = await database.Read(Read, cancel);
            if (world.Version == await database.Read(TenantStore.Version, cancel) || i == MaxReadings) return world;
        }
    }

    private World Read(DbConnection connection) => new(
        TenantStore.Version(connection),
        TenantStore.Directory(connection),
        TenantStore.AdminKeyHashes(connection),
        CarrierStore.All(connection),
        RouteStore.All(connection),
        market.All(connection),
        CountryRuleStore.All(connection),
        PriceListStore.All(connection));

    private sealed record World(
        long Version,
        IReadOnlyList<(Integration Integration, IReadOnlyList<string> KeyHashes)> Directory,
        IReadOnlyList<string> AdminKeys,
        IReadOnlyList<Carrier> Carriers,
        IReadOnlyList<Channels.Messages.Route> Routes,
        IReadOnlyList<MarketEntry> Marketplace,
        IReadOnlyList<CountryRule> Countries,
        IReadOnlyList<PriceList> Prices);
}
