using Parley.Platform.Jobs;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>What is settled with clients, and what suppliers and banks say of it.</summary>
internal static class SettlementModule
{
    public static IServiceCollection AddSettlement(this IServiceCollection services, SettlementOptions options) =>
        services
        .AddSingleton(options)
        .AddSingleton<MakeSettlement>()
        .AddSingleton<SettlementJobs>()
        .AddSingleton<SettlementApi>()
        .AddSingleton<ClientPayments>()
        .AddSingleton<CompareLines>()
        .AddSingleton<Reconcile>();

    /// <summary>Before the job queue starts.</summary>
    public static Task StartSettlement(this IServiceProvider services, JobQueue jobs, CancellationToken cancel)
    {
        var settlement = services.GetRequiredService<SettlementJobs>();
        jobs.Add(settlement.Days);
        jobs.Add(settlement.Clients);
        return settlement.Begin(cancel);
    }
}
