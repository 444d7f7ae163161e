using Parley.Platform.Events;
using Parley.Platform.Jobs;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.OptOuts;

/// <summary>Consent: STOP and START from phones, opt-outs by hand, blocked and delisted recipients.</summary>
public static class OptOutsModule
{
    public static IServiceCollection AddOptOuts(this IServiceCollection services) => services
        .AddSingleton<ConsentMemory>()
        .AddSingleton<ConsentScreen>()
        .AddSingleton<ConsentWatch>()
        .AddSingleton<ChangeConsent>()
        .AddSingleton<ChangeBlocks>()
        .AddSingleton<ConsentReplyJob>()
        .AddSingleton<TakeCommand>()
        .AddSingleton<OptOutAdministration>()
        .AddSingleton<BlockAdministration>();

    /// <summary>After the migrations, before the job queue starts and before the doors open.</summary>
    public static async Task StartOptOuts(this IServiceProvider services, CancellationToken cancel)
    {
        services.GetRequiredService<JobQueue>().Add(services.GetRequiredService<ConsentReplyJob>().Kind);
        var commands = services.GetRequiredService<TakeCommand>();
        services.GetRequiredService<EventBus>().Subscribe<InboundReceived>(commands.Take);
        services.GetRequiredService<Screening>().Add(services.GetRequiredService<ConsentScreen>());
        await services.GetRequiredService<ConsentWatch>().Start(cancel);
    }

    public static Task StopOptOuts(this IServiceProvider services) =>
        services.GetRequiredService<ConsentWatch>().Stop();

    public static void MapOptOuts(this WebApplication app)
    {
        OptOutsApi.MapOptOuts(app);
        BlocksApi.MapBlocks(app);
    }
}
