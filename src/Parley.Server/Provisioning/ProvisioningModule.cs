using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Parley.Server.Provisioning;

/// <summary>The provisioning file, applied at the start and by the admin door, and noticed by the other nodes.</summary>
public static class ProvisioningModule
{
    public static IServiceCollection AddProvisioning(this IServiceCollection services, ProvisioningOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LoadProvisioning>();
        services.AddSingleton<ApplyProvisioning>();
        services.AddSingleton<ProvisionAtStart>();
        services.AddHostedService<DirectoryRefresh>();
        return services;
    }
}
