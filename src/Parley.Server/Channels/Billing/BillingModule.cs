using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.Billing;

/// <summary>What messages cost, and the accounts that they are paid from.</summary>
public static class BillingModule
{
    public static IServiceCollection AddBilling(this IServiceCollection services) => services
        .AddSingleton<PriceLists>()
        .AddSingleton<CreditAccounts>()
        .AddSingleton<BookedAccounts>()
        .AddSingleton<AdjustCredit>()
        .AddSingleton<CreditCheck>();

    /// <summary>Before the doors open.</summary>
    public static void ConnectBilling(this IServiceProvider services) =>
        services.GetRequiredService<Credit>().Connect(services.GetRequiredService<BookedAccounts>());

    public static void MapBilling(this WebApplication app) => app.MapCredit();
}
