using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Settlement;

/// <summary><c>/admin/v1/marketplace/settlements</c>: the days that were made, and their files.</summary>
internal static class SettlementAdmin
{
    public static void MapSettlement(this RouteGroupBuilder market)
    {
        market.MapGet("/settlements", async (
            Database database, long? clientId, string? date, int? limit, CancellationToken cancel) =>
            date is not null && SettlementDay.Parse(date) is null
                ? Malformed()
                : Results.Ok(new
                {
                    settlements = (await database.Read(
                        c => SettlementStore.List(c, clientId, date, Math.Clamp(limit ?? 100, 1, 1_000)), cancel))
                        .Select(Out),
                })).WithSummary("Settlements made: sums and hashes of the files, the newest day first.");
        market.MapGet("/settlements/{clientId}/{date}", async (
            MakeSettlement make, HttpContext context, long clientId, string date, string? format,
            CancellationToken cancel) =>
        {
            if (SettlementDay.Parse(date) is not { } day || SettlementApi.FormOf(format ?? "json") is not { } form)
                return Malformed();
            var made = await make.File(clientId, day, form, cancel);
            if (!made.Ok) return Refused(made.Refusal);
            context.Response.Headers["Repr-Digest"] =
                $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(made.Value.Hash))}:";
            return Results.Stream(
                made.Value.Content, SettlementApi.TypeOf(form), SettlementApi.NameOf(clientId, day, format ?? "json"));
        }).WithSummary("The file of a client's day, as the client gets it (format: json or csv).");
        market.MapPost("/settlements/{clientId}/{date}", async (
            MakeSettlement make, long clientId, string date, CancellationToken cancel) =>
        {
            if (SettlementDay.Parse(date) is not { } day) return Malformed();
            var made = await make.Run(clientId, day, cancel);
            return made.Ok ? Results.Ok(Out(made.Value)) : Refused(made.Refusal);
        }).WithSummary("Makes a day again, checks it against the books and compares it with what was made before.");
        market.MapPost("/clients/{clientId}/payments", async (
            ClientPayments payments, long clientId, ClientPayment payment, CancellationToken cancel) =>
        {
            var booked = await payments.Book(clientId, payment, cancel);
            return booked.Ok ? Results.Ok(new { outcome = booked.Value }) : Refused(booked.Refusal);
        }).WithSummary("Books money that a client paid.");
    }

    private static object Out(SettlementRow row) => new
    {
        clientId = row.ClientId,
        date = row.Day,
        madeAt = row.IsMade ? Wire.Time(row.MadeAt) : null,
        transactions = row.Transactions,
        csvSha256 = row.IsMade ? row.CsvHash : null,
        jsonSha256 = row.IsMade ? row.JsonHash : null,
        totals = JsonNode.Parse(row.Totals),
        problem = row.Problem,
    };

    private static IResult Refused(Refusal refusal) => Results.Json(
        new { error = refusal.Reason, code = refusal.Code }, statusCode: StatusCodes.Status409Conflict);

    private static IResult Malformed() => Results.Json(
        new { error = "date (such as 2026-11-25) or format (json, csv) is malformed" },
        statusCode: StatusCodes.Status400BadRequest);
}
