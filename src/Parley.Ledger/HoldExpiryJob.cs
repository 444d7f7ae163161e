using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Ledger;

/// <summary>Gives back what holds have set aside when their time has come.</summary>
internal sealed partial class HoldExpiryJob(Books books, TimeProvider time, ILogger<HoldExpiryJob> log)
    : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                while (await books.ExpireHolds(AtOnce, stoppingToken) == AtOnce)
                {
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Failed(log, error.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Ending the holds whose time has come failed: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}
