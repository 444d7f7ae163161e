using Parley.Platform.Storage;

namespace Parley.Server.Provisioning;

/// <summary>Looks every five seconds whether another node has provisioned. SQLite has one node, so there is nothing to look for.</summary>
public sealed partial class DirectoryRefresh(Database database, LoadProvisioning load, TimeProvider time, ILogger<DirectoryRefresh> log)
    : BackgroundService, IAsyncDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the loop's end: it must not outlive the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Options.Postgres.Length == 0) return;
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        try
        {
            if (await load.RunWhenChanged(stopping)) Reloaded(log, load.Version);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            Failed(log, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Loaded provisioning version {Version}, which another node applied")]
    private static partial void Reloaded(ILogger log, long version);

    [LoggerMessage(LogLevel.Warning, "Could not look for new provisioning: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}
