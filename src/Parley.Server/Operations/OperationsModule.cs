using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Scalar.AspNetCore;

namespace Parley.Server.Operations;

/// <summary>What operators see: health, metrics, traces, documents of the APIs, and <c>/admin/v1</c>.</summary>
public static class OperationsModule
{
    public static string Version { get; } =
        typeof(OperationsModule).Assembly.GetName().Version?.ToString(3) ?? "";

    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("parley", serviceVersion: Version))
            .WithMetrics(metrics => metrics
                .AddMeter("Parley.*")
                .AddMeter("System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddView(Bounded)
                .AddPrometheusExporter());
        if (!string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.WithTracing(traces => traces.AddSource("Parley.*", "Microsoft.AspNetCore")).WithLogging()
                .UseOtlpExporter();
        }
        services.AddSingleton<Gauges>();
        foreach (var document in OpenApiFiles.Documents) services.AddOpenApi(document.Name, document.Configure);
        return services;
    }

    /// <summary>
    /// Room for so many combinations of labels is kept per figure from the start: 2,000 unless told otherwise, which is megabytes
    /// for the runtime's figures, which have a handful. Ours keep it: an operator may have hundreds of carriers and suppliers.
    /// </summary>
    private static MetricStreamConfiguration Bounded(Instrument instrument) => new()
    {
        CardinalityLimit = instrument.Meter.Name switch
        {
            "System.Runtime" or "Microsoft.AspNetCore.Server.Kestrel" => 50,
            _ => 2_000,
        },
    };

    /// <summary>Begins to show figures, once the database is open.</summary>
    public static void ObserveOperations(this IServiceProvider services) => services.GetRequiredService<Gauges>();

    public static void MapOperations(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).ExcludeFromDescription();
        app.MapGet("/health/ready", (Database database, CarrierPool carriers) =>
        {
            var trouble = database.Trouble;
            return Results.Json(
                new
                {
                    ready = trouble is null,
                    storage = trouble ?? "ok",
                    carriersUp = carriers.States.Count(c => c.Up),
                    carriers = carriers.States.Count
                },
                statusCode: trouble is null ? 200 : 503);
        }).ExcludeFromDescription();
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi("/openapi/{documentName}.json");
        // Everything the page needs comes from here: no fonts, no scripts, no proxies of others.
        app.MapScalarApiReference("/docs", scalar => scalar
            .WithTitle("Parley")
            .AddDocuments(OpenApiFiles.Documents.Select(d => new ScalarDocument(d.Name, d.Title)))
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools());
        app.MapAdmin();
    }

    /// <summary>Figures that are read when asked for.</summary>
    private sealed class Gauges
    {
        public Gauges(IMeterFactory meters, Database database, CarrierPool carriers)
        {
            var meter = meters.Create("Parley.Server");
            meter.CreateObservableGauge(
                "parley.storage.waiting", () => database.WaitingWrites, "{write}", "Writes waiting for a flush.");
            meter.CreateObservableGauge(
                "parley.carrier.up",
                () => carriers.States.Select(c =>
                    new Measurement<int>(c.Up ? 1 : 0, new KeyValuePair<string, object?>("carrier", c.Carrier.Id))),
                description: "1 while a bind that can send is up.");
            meter.CreateObservableGauge(
                "parley.carrier.queued",
                () => carriers.States.Select(
                    c => new Measurement<int>(c.Queued, new KeyValuePair<string, object?>("carrier", c.Carrier.Id))),
                "{message}",
                "Messages in a carrier's memory queue.");
        }
    }
}
