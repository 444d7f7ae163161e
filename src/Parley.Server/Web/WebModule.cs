namespace Parley.Server.Web;

/// <summary>HTTP conventions that the doors share.</summary>
public static class WebModule
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Callers>()
        .AddSingleton<Idempotency>()
        .AddHostedService<IdempotencySweep>();

    private sealed class IdempotencySweep(Idempotency idempotency, TimeProvider time, ILogger<Idempotency> log)
        : BackgroundService, IAsyncDisposable
    {
        /// <summary>Waits for the loop's end: it must not outlive the database.</summary>
        public async ValueTask DisposeAsync()
        {
            await StopAsync(CancellationToken.None);
            Dispose();
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(TimeSpan.FromMinutes(30), time, stoppingToken);
                    await idempotency.DropOld(stoppingToken);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception error)
                {
                    log.LogWarning("Old idempotency keys could not be dropped: {Reason}", error.Message);
                }
            }
        }
    }
}
