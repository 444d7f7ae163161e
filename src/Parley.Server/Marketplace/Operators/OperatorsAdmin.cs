using Parley.Server.Web;

namespace Parley.Server.Marketplace.Operators;

/// <summary><c>/admin/v1/marketplace/ported-numbers</c>: numbers that have moved to another operator.</summary>
internal static class OperatorsAdmin
{
    public static void MapOperators(this RouteGroupBuilder market)
    {
        market.MapPost("/ported-numbers", async (
            PortedNumbers ported, HttpRequest request, CancellationToken cancel) =>
        {
            if (await RequestBody.Read(request, PortedNumbers.LargestImport, cancel) is not { } text)
                return Results.Json(
                    new { error = $"more than {PortedNumbers.LargestImport} octets" }, statusCode: 413);
            var imported = await ported.Import(text, cancel);
            return imported.Ok ? Results.Ok(imported.Value) : Results.Json(
                new { error = imported.Refusal.Reason, code = imported.Refusal.Code }, statusCode: 409);
        }).Accepts<string>("text/csv")
            .WithSummary("Imports ported numbers: lines of number,operator; without an operator it is forgotten.");
        market.MapGet("/ported-numbers/{number}", async (
            PortedNumbers ported, string number, CancellationToken cancel) =>
            await ported.Find(number.TrimStart('+'), cancel) is { } code
                ? Results.Ok(new { number = number.TrimStart('+'), @operator = code })
                : Results.Json(new { error = "there is no such ported number" }, statusCode: 404))
            .WithSummary("Which operator a number was imported for.");
    }
}
