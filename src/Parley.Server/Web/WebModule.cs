using System.IO.Pipelines;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Parley.Server.Web;

/// <summary>HTTP conventions that the doors share.</summary>
public static class WebModule
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Callers>()
        .AddSingleton<Idempotency>()
        .AddSingleton<MalformedRequests>()
        .AddSingleton<ServerCertificate>()
        .AddSingleton<ClientCertificates>()
        .AddHostedService<IdempotencySweep>();

    /// <summary>What all doors ask of the web server.</summary>
    public static void UseDoors(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 20_000;
        kestrel.Limits.MaxRequestBodySize = 8 << 20;
        // Two hundred numbers and a long text in one GET, each octet escaped.
        kestrel.Limits.MaxRequestLineSize = RequestLine.LongestMended;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Clients that use the server as their HTTP proxy name it in Host and the API in the request line.
        kestrel.AllowHostHeaderOverride = true;
        kestrel.UseServerCertificate();
        var secure = PortsOfHttps(kestrel.ApplicationServices.GetRequiredService<IConfiguration>()["urls"] ?? "");
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            // What is encrypted has to be opened first; where the port is not known before, lines stay as they are.
            if (listen.IPEndPoint is { Port: > 0 and var port } && secure.Contains(port)) listen.UseHttps();
            listen.Use(next => connection =>
            {
                var transport = connection.Transport;
                connection.Transport = new Duplex(new RequestLineReader(transport.Input), transport.Output);
                return next(connection);
            });
        });
    }

    /// <summary>
    /// Where requests to a path go whose line was too long: a door answers them in its own form (<paramref name="pattern"/> is one of its paths).
    /// </summary>
    public static void MapTooLong(this IEndpointRouteBuilder app, string pattern, RequestDelegate answer) =>
        app.Map(RequestLine.TooLong + pattern, context =>
        {
            MalformedRequests.Note(context, "its line is too long");
            return answer(context);
        }).ExcludeFromDescription();

    private static HashSet<int> PortsOfHttps(string urls) =>
    [
        .. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(BindingAddress.Parse).Where(a => a.Scheme == "https").Select(a => a.Port),
    ];

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>HTTPS uses the server's own certificate, when one is set, as it is at each handshake.</summary>
    private static void UseServerCertificate(this KestrelServerOptions kestrel)
    {
        var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
        if (!certificate.Configured) return;
        var callers = kestrel.ApplicationServices.GetRequiredService<ClientCertificates>();
        kestrel.ConfigureHttpsDefaults(https =>
        {
            // That the caller has its key, TLS has proved; whether it is the right one, the door knows.
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = static (_, _, _) => true;
            https.ServerCertificateSelector = (_, _) => certificate.Current;
            https.OnAuthenticate = (_, ssl) =>
            {
                // The selected one would go out without those that follow it in its file.
                ssl.ServerCertificateSelectionCallback = null;
                ssl.ServerCertificateContext = certificate.Context;
                ssl.ClientCertificateRequired = callers.Wanted;
            };
        });
    }

    /// <summary>Who calls through a trusted proxy is who that proxy says. Goes before everything that asks who calls.</summary>
    public static void UseTrustedProxies(this WebApplication app, ProxyOptions options)
    {
        if (options.Networks.Count == 0) return;
        // Several trusted ones may stand in a row: the first that is not trusted is the caller.
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Networks) forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>What no surface has a path for.</summary>
    public static void MapUnknown(this WebApplication app)
    {
        app.MapTooLong("/{**path}", context => Refuse(
            context, StatusCodes.Status414UriTooLong,
            $"The request line is longer than {RequestLine.Longest} octets."));
        app.MapFallback("{**path}", context => Refuse(
            context, StatusCodes.Status404NotFound, "There is nothing at this address; /docs lists what there is."))
            .ExcludeFromDescription();
    }

    private static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"error":"{{why}}"}""", context.RequestAborted);
    }

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
