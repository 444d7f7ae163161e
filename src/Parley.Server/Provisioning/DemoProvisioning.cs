using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;
using Route = Parley.Server.Channels.Messages.Route;

namespace Parley.Server.Provisioning;

/// <summary>Where the sandbox is, and the key that opens the demo integration.</summary>
/// <param name="Key">The demo API key (<see cref="DemoKey"/>).</param>
/// <param name="SmscHost">The sandbox SMSC's address.</param>
/// <param name="SmscPort">Its port.</param>
/// <param name="SystemId">Its account, at most 15 characters.</param>
/// <param name="Password">The account's password.</param>
/// <param name="StatusUrl">Where status callbacks go; empty for none.</param>
/// <param name="InboundUrl">Where messages from phones go; empty for none.</param>
public sealed record DemoWorld(
    string Key, string SmscHost, int SmscPort, string SystemId, string Password, string StatusUrl, string InboundUrl)
{
    /// <summary>The password of the demo account; empty for none.</summary>
    public string AccountPassword { get; init; } = "";
    /// <summary>Where the sandbox's bank and suppliers are; empty for no marketplace.</summary>
    public string PartnersUrl { get; init; } = "";
}

/// <summary>The world that a fresh start has: a tenant, an integration with a key and two numbers, the sandbox as carrier, one route.</summary>
public static class DemoProvisioning
{
    public const string TenantId = "parley-demo";

    public const string IntegrationId = "parley-demo-sms";

    public const string CarrierId = "parley-sandbox";

    public const string RouteId = "parley-to-sandbox";

    /// <summary>The demo account's API id (SMPP's system_type).</summary>
    public const string ApiId = "1";

    /// <summary>Its user (SMPP's system_id).</summary>
    public const string User = "sandbox";

    /// <summary>Numbers kept for fiction (NANP 555-0100 to 555-0199).</summary>
    public static IReadOnlyList<string> Numbers { get; } = ["12025550143", "12025550144"];

    public static ProvisioningDocument Document(DemoWorld world)
    {
        var tenant = new Tenant(TenantId, "Demo", true, 100_000, "USD");
        var integration = new Integration
        {
            Id = IntegrationId,
            Tenant = tenant,
            Name = "Demo",
            TwoWay = true,
            RequestsPerSecond = 0,
            AllowPrivateTargets = true,
            Status = new(world.StatusUrl, "", ""),
            Inbound = new(world.InboundUrl, "", ""),
            Account = world.AccountPassword.Length == 0
                ? null : new(ApiId, User, ApiAccount.HashOf(ApiId, User, world.AccountPassword)),
            Senders = [.. Numbers.Select(n => new Sender(n, false))],
        };
        var carrier = new Carrier
        {
            Id = CarrierId,
            Host = world.SmscHost,
            Port = world.SmscPort,
            SystemId = world.SystemId,
            Password = world.Password,
        };
        return new()
        {
            Tenants = [tenant],
            Integrations = [new(integration, [TenantDirectory.HashOf(world.Key)])],
            Carriers = [carrier],
            Routes = [new(RouteId, null, null, "", 100, 1, CarrierId)],
            Marketplace = world.PartnersUrl.Length == 0 ? [] : DemoMarketplace.Entries(world.PartnersUrl, world.Key),
        };
    }

    /// <summary>The demo world beside another; numbers and API ids that the other one has stay there.</summary>
    internal static ProvisioningDocument AddTo(ProvisioningDocument other, DemoWorld world) => Join(Without(other), Document(world));

    /// <summary>The demo world that is stored, if one is, beside what a file says.</summary>
    internal static ProvisioningDocument Keep(ProvisioningDocument stored, ProvisioningDocument file) => Join(file, new()
    {
        Tenants = [.. stored.Tenants.Where(t => t.Id == TenantId)],
        Integrations = [.. stored.Integrations.Where(i => i.Integration.Tenant.Id == TenantId)],
        Carriers = [.. stored.Carriers.Where(c => c.Id == CarrierId)],
        Routes = [.. stored.Routes.Where(r => r.Id == RouteId)],
        Marketplace = [.. stored.Marketplace.Where(e => e.Demo != 0)],
    });

    internal static ProvisioningDocument Without(ProvisioningDocument document) => document with
    {
        Tenants = [.. document.Tenants.Where(t => t.Id != TenantId)],
        Integrations = [.. document.Integrations.Where(i => i.Integration.Tenant.Id != TenantId)],
        Carriers = [.. document.Carriers.Where(c => c.Id != CarrierId)],
        Routes = [.. document.Routes.Where(r => r.CarrierId != CarrierId)],
        Marketplace = [.. document.Marketplace.Where(e => e.Demo == 0)],
    };

    private static ProvisioningDocument Join(ProvisioningDocument first, ProvisioningDocument demo)
    {
        var taken = first.Integrations.SelectMany(i => i.Integration.Senders).Select(s => s.Address).ToHashSet();
        var keys = first.Integrations.SelectMany(i => i.KeyHashes).ToHashSet();
        var apiIds = first.Integrations.Select(i => i.Integration.Account?.ApiId).ToHashSet();
        return first with
        {
            Tenants = [.. first.Tenants, .. demo.Tenants],
            Integrations =
            [
                .. first.Integrations,
                .. demo.Integrations.Select(i => new ProvisionedIntegration(
                    i.Integration with
                    {
                        Senders = [.. i.Integration.Senders.Where(s => !taken.Contains(s.Address))],
                        Account = apiIds.Contains(i.Integration.Account?.ApiId) ? null : i.Integration.Account,
                    },
                    [.. i.KeyHashes.Where(k => !keys.Contains(k))])),
            ],
            Carriers = [.. first.Carriers, .. demo.Carriers],
            Routes = [.. first.Routes, .. demo.Routes],
            // A marketplace of one's own is not mixed with the demo's.
            Marketplace = first.Marketplace.Count > 0 ? first.Marketplace : demo.Marketplace,
        };
    }
}
