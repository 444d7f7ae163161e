using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Web;

namespace Parley.Server.Marketplace.Settlement;

/// <summary><c>/admin/v1/marketplace/reconciliations</c>: statements of suppliers and banks, compared with our purchases.</summary>
internal static class ReconciliationAdmin
{
    public static void MapReconciliation(this RouteGroupBuilder market)
    {
        market.MapPost("/reconciliations", async (
            Reconcile reconcile, HttpRequest request, string kind, string party, DateTimeOffset from,
            DateTimeOffset until, string by, CancellationToken cancel) =>
        {
            if (await RequestBody.Read(request, Statement.LargestBody, cancel) is not { } body)
                return Results.Json(
                    new { error = $"the statement is larger than {Statement.LargestBody} octets" },
                    statusCode: StatusCodes.Status413PayloadTooLarge);
            var head = new StatementHead(kind, party, Micros.FromTime(from), Micros.FromTime(until));
            return Answer(await reconcile.Run(new Upload(head, by, body), cancel));
        }).WithSummary(
            "Compares a statement (the body: CSV, header reference,amount,currency,outcome,time) with our purchases.");
        market.MapGet("/reconciliations", async (Database database, int? limit, CancellationToken cancel) => new
        {
            reconciliations = (await database.Read(
                c => ReconciliationStore.List(c, Math.Clamp(limit ?? 50, 1, 200)), cancel)).Select(Out),
        }).WithSummary("The newest statements compared: whose, by whom, when.");
        market.MapGet("/reconciliations/{id}", async (Database database, string id, CancellationToken cancel) =>
            await database.Read(c => ReconciliationStore.ById(c, id), cancel) is { } row
                ? Results.Text(row.Report, "application/json")
                : Results.Json(new { error = "there is no such reconciliation" }, statusCode: 404))
            .WithSummary("What a comparison found.");
    }

    private static IResult Answer(Reconciled reconciled)
    {
        if (reconciled.Report is { } report)
        {
            var body = JsonNode.Parse(report)!;
            body["repeated"] = reconciled.Repeated;
            return Results.Text(body.ToJsonString(), "application/json");
        }
        var refusal = reconciled.Refusal!;
        return Results.Json(
            new { error = refusal.Reason, code = refusal.Code, lines = reconciled.Bad ?? [] },
            statusCode: refusal.Code switch
            {
                Reconcile.Malformed => StatusCodes.Status400BadRequest,
                Reconcile.Unknown => StatusCodes.Status404NotFound,
                _ => StatusCodes.Status409Conflict,
            });
    }

    private static object Out(ReconciliationRow row) => new
    {
        id = row.Id,
        kind = row.Kind,
        party = row.Party,
        from = Wire.Time(row.SpanFrom),
        until = Wire.Time(row.SpanUntil),
        by = row.UploadedBy,
        at = Wire.Time(row.At),
    };
}
