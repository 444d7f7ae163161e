using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace;
using Parley.Server.Tenants;
using Parley.Server.Web;
using Parley.Server.Webhooks;

namespace Parley.Server.Operations;

/// <summary><c>/admin/v1</c>: what an operator looks at and does, under an admin key (<c>Authorization: &lt;key&gt;</c>). Times are ISO-8601 UTC.</summary>
internal static class AdminApi
{
    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapAdministration();
        MapMessages(admin);
        MapCarriers(admin);
        admin.MapSmpp();
        MapWebhooks(admin);
        MapJobs(admin);
        admin.MapMarketplace();
        admin.MapBooks();
    }

    private static void MapMessages(RouteGroupBuilder admin)
    {
        admin.MapGet("/messages", async (
            MessageQueries queries, string? to, int? statusCode, string? clientMessageId, string? before, int? limit,
            CancellationToken cancel) =>
        {
            var found = await queries.Search(
                to, (MessageStatus?)statusCode, clientMessageId, before, limit ?? 50, cancel);
            return new { messages = found.Select(Out), next = found.Count > 0 ? found[^1].Id : null };
        }).WithSummary("Searches the newest messages.");
        admin.MapGet("/messages/{id}", async (MessageQueries queries, string id, CancellationToken cancel) =>
            await queries.Details(id, cancel) is { } details ? Results.Ok(Out(details)) : NotFound("message"))
                .WithSummary("One message with its whole timeline.");
        admin.MapPost("/messages/{id}/cancel", async (CancelMessage operation, string id, CancellationToken cancel) =>
            await operation.Run(id, MessageStatus.StoppedByAdmin, "an operator", cancel) is { } status
                ? Results.Json(new { id, status = status.Name(), stopped = status == MessageStatus.StoppedByAdmin },
                    statusCode: status == MessageStatus.StoppedByAdmin ? 200 : 409)
                : NotFound("message")).WithSummary("Stops a message that no carrier has yet.");
        admin.MapGet("/receipts/unmatched", async (Database database, CancellationToken cancel) =>
            new { receipts = (await database.Read(c => UnmatchedReceiptStore.Newest(c, 200), cancel)).Select(Out) })
            .WithSummary("Receipts that matched no message, kept for seven days.");
    }

    private static void MapCarriers(RouteGroupBuilder admin)
    {
        admin.MapGet("/carriers", (CarrierPool pool) => new
        {
            carriers = pool.States.Select(
                s => new { s.Carrier.Id, s.Carrier.Host, s.Carrier.Port, s.Carrier.Tls, s.Up, s.Queued, s.Binds }),
        }).WithSummary("Carriers and the state of their binds.");
        admin.MapGet("/routes", (RouteTable routes) => new { routes = routes.All }).WithSummary("The routes in force.");
    }

    private static void MapWebhooks(RouteGroupBuilder admin)
    {
        admin.MapGet("/webhooks/deliveries", async (
            WebhookDeliveries deliveries, string? integrationId, string? messageId, string? state,
            DateTimeOffset? from, DateTimeOffset? to, int? page, CancellationToken cancel) =>
            new
            {
                deliveries = await deliveries.Search(
                    new DeliveryQuery(integrationId, messageId, state, Stored(from), Stored(to), page ?? 0), cancel)
            })
            .WithSummary("Callbacks that did not succeed at once, and all inbound ones.");
        admin.MapGet("/webhooks/deliveries/{id}",
            async (WebhookDeliveries deliveries, string id, CancellationToken cancel) =>
            await deliveries.Show(id, cancel) is { } found ? Results.Ok(found) : NotFound("delivery"))
                .WithSummary("One delivery with its attempts.");
        admin.MapPost("/webhooks/deliveries/{id}/replay",
            async (WebhookDeliveries deliveries, string id, CancellationToken cancel) =>
            Answer(await deliveries.Replay(id, cancel))).WithSummary("Delivers again.");
        admin.MapPost("/webhooks/deliveries/replay", async (
            WebhookDeliveries deliveries, string integrationId, DateTimeOffset from, DateTimeOffset to,
            CancellationToken cancel) =>
            new
            {
                replayed = await deliveries.ReplayRange(
                    integrationId, Micros.FromTime(from), Micros.FromTime(to), ["dead"], cancel)
            })
            .WithSummary("Delivers again what died in a span of time.");
        admin.MapGet("/webhooks/endpoints", async (WebhookDeliveries deliveries, CancellationToken cancel) =>
            new { endpoints = await deliveries.Endpoints(cancel) })
            .WithSummary("Endpoints and their health.");
        admin.MapPost("/webhooks/endpoints/{id}/pause",
            async (WebhookDeliveries deliveries, string id, CancellationToken cancel) =>
            Answer(await deliveries.Pause(id, cancel))).WithSummary("Pauses an endpoint: its events wait.");
        admin.MapPost("/webhooks/endpoints/{id}/resume",
            async (WebhookDeliveries deliveries, string id, CancellationToken cancel) =>
            Answer(await deliveries.Resume(id, cancel))).WithSummary("Resumes an endpoint.");
    }

    private static void MapJobs(RouteGroupBuilder admin)
    {
        admin.MapGet("/jobs/parked", async (JobQueue jobs, CancellationToken cancel) =>
            new { jobs = (await jobs.Parked(200, cancel)).Select(Out) })
            .WithSummary("Jobs that wait for somebody to look at them.");
        admin.MapPost("/jobs/{kind}/{key}/replay",
            async (JobQueue jobs, string kind, string key, CancellationToken cancel) =>
            await jobs.Replay(kind, key, cancel) ? Results.Accepted() : NotFound("parked job"))
                .WithSummary("Runs a parked job again.");
    }

    private static object Out(MessageDetails m) => new
    {
        m.Id,
        m.TenantId,
        m.IntegrationId,
        m.From,
        m.To,
        m.ClientMessageId,
        m.Status,
        m.StatusCode,
        m.CarrierId,
        m.Parts,
        m.CarrierMessageIds,
        m.Error,
        acceptedAt = Iso(m.AcceptedAt),
        deadlineAt = Iso(m.DeadlineAt),
        timeline = m.Timeline.Select(t => new { at = Iso(t.At), t.What, t.Detail }),
    };

    private static UnmatchedReceiptOut Out(UnmatchedReceipt r) =>
        new(r.CarrierId, r.CarrierMessageId, ((ReceiptState)r.State).ToString(), Iso(r.At), r.Error, r.Raw);

    private static ParkedJobOut Out(JobRow j) => new(
        j.Kind, j.Key, j.Lane, Iso(j.CreatedAt), j.ParkedAt is { } at ? Iso(at) : null, j.Attempts, j.Error);

    private static IResult Answer<T>(Result<T> result) =>
        result.Ok ? Results.Ok(result.Value)
            : Results.Json(new { error = result.Refusal.Reason, code = result.Refusal.Code }, statusCode: 409);

    private static IResult NotFound(string what) =>
        Results.Json(new { error = $"there is no such {what}" }, statusCode: StatusCodes.Status404NotFound);

    private static long? Stored(DateTimeOffset? at) => at is { } known ? Micros.FromTime(known) : null;

    private static string Iso(long micros) =>
        Micros.ToTime(micros).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed record UnmatchedReceiptOut(
    string CarrierId, string CarrierMessageId, string State, string At, string? Error, string? Raw);

internal sealed record ParkedJobOut(
    string Kind, string Key, string Lane, string CreatedAt, string? ParkedAt, long Attempts, string? Error);
