using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Parley.Server.Web;

/// <summary>HTTP conventions that the doors share.</summary>
public static class WebModule
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Callers>()
        .AddSingleton<Idempotency>()
        .AddSingleton<ServerCertificate>()
        .AddHostedService<IdempotencySweep>();

    /// <summary>HTTPS uses the server's own certificate, when one is set, as it is at each handshake.</summary>
    public static void UseServerCertificate(this KestrelServerOptions kestrel)
    {
        var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        if (!certificate.Configured) return;
        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificateSelector = (_, _) => certificate.Current;
            https.OnAuthenticate = (_, ssl) =>
            {
                // The selected one would go out without those that follow it in its file.
                ssl.ServerCertificateSelectionCallback = null;
                ssl.ServerCertificateContext = certificate.Context;
            };
        });
    }

    /// <summary>What no surface has a path for.</summary>
    public static void MapUnknown(this WebApplication app) => app.MapFallback("{**path}", context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            """{"error":"There is nothing at this address; /docs lists what there is."}""", context.RequestAborted);
    }).ExcludeFromDescription();

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
