namespace Parley.Server.Channels.LegacyApi;

/// <summary>Drops sessions and batches that are over.</summary>
internal sealed partial class LegacySweep(
    Sessions sessions, BatchCommands batches, TimeProvider time, ILogger<LegacySweep> log)
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
                await Task.Delay(TimeSpan.FromMinutes(5), time, stoppingToken);
                await sessions.DropOld(stoppingToken);
                await batches.DropOld(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                NotDropped(log, error.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old sessions and batches could not be dropped: {Reason}")]
    private static partial void NotDropped(ILogger log, string reason);
}
