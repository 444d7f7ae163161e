using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Platform.Events;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>
/// Callbacks: a subscriber that nobody calls. It hears of status changes and of inbound messages, and offers operators
/// what there is to see and do (<see cref="WebhookDeliveries"/>).
/// </summary>
public static class WebhooksModule
{
    /// <summary>
    /// Needs <see cref="WebhooksOptions"/>, <see cref="TimeProvider"/>, <see cref="Random"/>, <see cref="Database"/>,
    /// <see cref="JobQueue"/>, <see cref="EventBus"/>, <see cref="TenantDirectory"/> and <see cref="StatusFeed"/>.
    /// </summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton<Budget>()
        .AddSingleton<WebhookMeter>()
        .AddSingleton<CallbackSender>()
        .AddSingleton<Endpoints>()
        .AddSingleton<FirstAttempts>()
        .AddSingleton<WebhookJob>()
        .AddSingleton<WebhookWatch>()
        .AddSingleton(s => new WebhookDeliveries(
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Database>(), s.GetRequiredService<JobQueue>(),
            s.GetRequiredService<TenantDirectory>(), s.GetRequiredService<Endpoints>(),
            s.GetRequiredService<WebhookWatch>()));

    /// <summary>After the migrations, before the job queue starts and before messages are recovered.</summary>
    public static async Task Start(IServiceProvider services, CancellationToken cancel)
    {
        var jobs = services.GetRequiredService<JobQueue>();
        var budget = services.GetRequiredService<Budget>();
        var endpoints = services.GetRequiredService<Endpoints>();
        services.GetRequiredService<WebhookMeter>().Observe(() => budget.Waiting, () => endpoints.PausedNow);
        jobs.Add(services.GetRequiredService<WebhookJob>().Kind);
        services.GetRequiredService<FirstAttempts>().Subscribe();
        var tenants = services.GetRequiredService<TenantDirectory>();
        var time = services.GetRequiredService<TimeProvider>();
        services.GetRequiredService<EventBus>().Subscribe<InboundReceived>((tx, message) =>
        {
            if (message.IntegrationId is not { } id || tenants.ById(id) is not { Inbound.Url.Length: > 0 }) return;
            Delivery.Of(message, id, time.NowMicros()).Born(tx, jobs);
        });
        await services.GetRequiredService<WebhookWatch>().Start(cancel);
    }

    /// <summary>
    /// Takes nothing more and waits for the requests under way, within <see cref="WebhooksOptions.StopWithin"/>; before
    /// the job queue stops.
    /// </summary>
    public static Task Stop(IServiceProvider services, CancellationToken cancel) => Task.WhenAll(
        services.GetRequiredService<FirstAttempts>().Stop(cancel),
        services.GetRequiredService<WebhookWatch>().Stop());
}
