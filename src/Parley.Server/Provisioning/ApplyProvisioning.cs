using Parley.Platform.Storage;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>
/// Makes a document true in one transaction: what it names is created or updated, what it does not name goes. Applying it again changes nothing.
/// </summary>
public sealed class ApplyProvisioning(
    Database database, LoadProvisioning load, MarketEntryStore market, CreditAccounts accounts)
{
    /// <summary>
    /// Applies. A node that has loaded already takes the result into its memory; before the start's first <see cref="LoadProvisioning.Run"/> nothing
    /// is loaded, because carriers may not bind before their sinks stand. Other nodes notice by the version.
    /// </summary>
    public async Task<ProvisioningSummary> Run(ProvisioningDocument document, CancellationToken cancel)
    {
        var summary = await database.Transact(tx => Apply(tx, document), cancel);
        if (summary.ChangedAnything && load.Version >= 0) await load.Run(cancel);
        return summary;
    }

    private ProvisioningSummary Apply(Tx tx, ProvisioningDocument document)
    {
        TenantStore.Lock(tx);
        var summary = new ProvisioningSummary(
        [
            Tenants(tx, document),
            Integrations(tx, document),
            Keys(tx, document),
            Senders(tx, document),
            Carriers(tx, document),
            Routes(tx, document),
            CountryRules(tx, document),
            PriceLists(tx, document),
            AdminKeys(tx, document),
            Marketplace(tx, document),
        ]);
        if (summary.ChangedAnything) TenantStore.Raise(tx);
        return summary;
    }

    private ProvisionedKind Tenants(Tx tx, ProvisioningDocument document)
    {
        var stored = tx.Query<TenantRow>(TenantStore.TenantsSql);
        var difference = Difference<TenantRow>.Of("tenants", stored, document.Tenants.Select(TenantRow.Of), t => t.Id);
        // Messages tell of their tenant and integration for as long as they are kept: those are switched off, not deleted.
        var off = difference.Gone.Where(t => t.Active != 0).Select(t => t with { Active = 0 }).ToList();
        TenantStore.Upsert(tx, [.. difference.ToWrite, .. off]);
        var paying = difference.ToWrite.Select(t => t.ToTenant()).Where(t => t.Credit is not null).ToList();
        if (accounts.Open(tx, paying) is { Count: > 0 } problems) throw new ProvisioningRefused("The file", problems);
        return difference.Count with { Removed = off.Count };
    }

    private static ProvisionedKind Integrations(Tx tx, ProvisioningDocument document)
    {
        var stored = tx.Query<IntegrationRow>(TenantStore.IntegrationsSql);
        var wanted = document.Integrations.Select(i => IntegrationRow.Of(i.Integration));
        var difference = Difference<IntegrationRow>.Of("integrations", stored, wanted, i => i.Id);
        var off = difference.Gone.Where(i => i.Active != 0).Select(i => i with { Active = 0 }).ToList();
        TenantStore.Upsert(tx, [.. difference.ToWrite, .. off]);
        return difference.Count with { Removed = off.Count };
    }

    private static ProvisionedKind Keys(Tx tx, ProvisioningDocument document)
    {
        var stored = tx.Query<KeyRow>(TenantStore.KeysSql);
        var wanted = document.Integrations.SelectMany(i => i.KeyHashes.Select(h => new KeyRow { Hash = h, IntegrationId = i.Integration.Id }));
        var difference = Difference<KeyRow>.Of("keys", stored, wanted, k => k.Hash);
        TenantStore.Delete(tx, difference.Gone);
        TenantStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind Senders(Tx tx, ProvisioningDocument document)
    {
        var stored = tx.Query<SenderRow>(TenantStore.SendersSql);
        var wanted = document.Integrations.SelectMany(i => SenderRow.Of(i.Integration));
        var difference = Difference<SenderRow>.Of("senders", stored, wanted, s => (s.IntegrationId, s.Address));
        // First what goes: a number may move from one integration to another, and belongs to one at any time.
        TenantStore.Delete(tx, difference.Gone);
        TenantStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind Carriers(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<Carrier>.Of("carriers", CarrierStore.All(tx), document.Carriers, c => c.Id);
        CarrierStore.Delete(tx, [.. difference.Gone.Select(c => c.Id)]);
        CarrierStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind Routes(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<Channels.Messages.Route>.Of("routes", RouteStore.All(tx), document.Routes, r => r.Id);
        RouteStore.Delete(tx, [.. difference.Gone.Select(r => r.Id)]);
        RouteStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind CountryRules(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<CountryRule>.Of(
            "country rules", CountryRuleStore.All(tx), document.CountryRules, r => r.Place);
        CountryRuleStore.Delete(tx, [.. difference.Gone.Select(r => r.Place)]);
        CountryRuleStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind PriceLists(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<PriceListRow>.Of(
            "price lists", PriceListStore.All(tx), document.PriceLists.Select(PriceListRow.Of), l => l.Id);
        PriceListStore.Delete(tx, [.. difference.Gone.Select(l => l.Id)]);
        PriceListStore.Upsert(tx, difference.ToWrite);
        return difference.Count;
    }

    private static ProvisionedKind AdminKeys(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<string>.Of("admin keys", tx.Query<string>(TenantStore.AdminKeysSql), document.AdminKeyHashes, h => h);
        TenantStore.DeleteAdmin(tx, difference.Gone);
        TenantStore.UpsertAdminKeys(tx, difference.New);
        return difference.Count;
    }

    private ProvisionedKind Marketplace(Tx tx, ProvisioningDocument document)
    {
        var difference = Difference<MarketEntry>.Of(
            "marketplace", market.All(tx), document.Marketplace, e => (e.Kind, e.Id));
        market.Delete(tx, difference.Gone);
        market.Upsert(tx, difference.ToWrite);
        market.SealReadable(tx);
        return difference.Count;
    }
}
