using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Parley.Server.Tenants;

/// <summary>Tenants, integrations, keys and limits.</summary>
public static class TenantsModule
{
    public static IServiceCollection AddTenants(this IServiceCollection services)
    {
        services.TryAddSingleton<TenantDirectory>();
        services.TryAddSingleton<AdminKeys>();
        services.TryAddSingleton<Accounts>();
        return services;
    }
}
