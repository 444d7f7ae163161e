using System.Data.Common;
using Parley.Platform.Storage;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>What is provisioned now, as a document: applying it changes nothing.</summary>
internal static class StoredProvisioning
{
    public static Task<ProvisioningDocument> Read(
        Database database, MarketEntryStore market, CancellationToken cancel) =>
        database.Read(connection => Read(connection, market), cancel);

    private static ProvisioningDocument Read(DbConnection connection, MarketEntryStore market) => new()
    {
        Tenants = TenantStore.Tenants(connection),
        Integrations = [.. TenantStore.Directory(connection).Select(i => new ProvisionedIntegration(i.Integration, i.KeyHashes))],
        Carriers = CarrierStore.All(connection),
        Routes = RouteStore.All(connection),
        CountryRules = CountryRuleStore.All(connection),
        PriceLists = PriceListStore.All(connection),
        AdminKeyHashes = TenantStore.AdminKeyHashes(connection),
        Marketplace = market.All(connection),
    };
}
