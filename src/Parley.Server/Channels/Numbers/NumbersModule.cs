using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.Numbers;

/// <summary>Test numbers, the countries' rules, quiet hours.</summary>
public static class NumbersModule
{
    public static IServiceCollection AddNumbers(this IServiceCollection services) => services
        .AddSingleton<CountryRules>()
        .AddSingleton<TimeZones>()
        .AddSingleton<NumberScreen>();

    /// <summary>Before the doors open.</summary>
    public static void ConnectNumbers(this IServiceProvider services) =>
        services.GetRequiredService<Screening>().Add(services.GetRequiredService<NumberScreen>());

    public static void MapNumbers(this WebApplication app) => NumbersApi.MapNumbers(app);
}
