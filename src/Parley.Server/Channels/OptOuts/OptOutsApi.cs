using System.Text;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.OptOuts;

/// <summary><c>/admin/v1/opt-outs</c>. A missing sender is the carrier's default sender of a one-way integration.</summary>
internal static class OptOutsApi
{
    private const int MostAtOnce = 1_000;

    public static void MapOptOuts(this IEndpointRouteBuilder app)
    {
        var admin = app.MapAdministration();
        admin.MapGet("/opt-outs", List)
            .WithSummary("Who opted out (state=out, the default), opted in again (in), or either (all), page by page.");
        admin.MapGet("/opt-outs/one", Show).WithSummary("An opt-out with its evidence, the newest first.");
        admin.MapPost("/opt-outs", Add).WithSummary("Opts a recipient out by hand.");
        admin.MapDelete("/opt-outs", Remove).WithSummary("Lets a recipient in again by hand.");
        admin.MapPost("/opt-outs/import", Import).Accepts<string>("text/csv")
            .WithSummary("Opts recipients out by lines sender,recipient[,at] (at most 8 MiB).");
        admin.MapGet("/opt-outs/export", Export)
            .WithSummary("Everybody who opted out of an integration, in the lines that an import takes.");
    }

    private static async Task<IResult> List(
        OptOutAdministration optOuts, string? integrationId, string? sender, string? recipient, string? state,
        string? after, int? limit, CancellationToken cancel)
    {
        if (state is not (null or "out" or "in" or "all")) return Bad("state is out, in or all");
        if (after is not null && ConsentCsv.Split(after) is not { Count: 3 }) return Bad("after is no next of a page");
        var behind = after is null ? ["", "", ""] : ConsentCsv.Split(after)!;
        var rows = await optOuts.Page(
            new OptOutQuery
            {
                IntegrationId = integrationId,
                Sender = sender is null ? null : ChangeConsent.SenderKey(sender),
                Recipient = recipient,
                Active = state switch { "all" => null, "in" => 0, _ => 1 },
                AfterIntegration = behind[0],
                AfterSender = behind[1],
                AfterRecipient = behind[2],
                Limit = Math.Clamp(limit ?? 100, 1, MostAtOnce),
            },
            cancel);
        return Results.Ok(new OptOutPage(
            [.. rows.Select(Out)],
            rows.Count == 0 ? null : ConsentCsv.Join(rows[^1].IntegrationId, rows[^1].Sender, rows[^1].Recipient)));
    }

    private static async Task<IResult> Show(
        OptOutAdministration optOuts, string integrationId, string? sender, string recipient,
        CancellationToken cancel) =>
        await optOuts.Show(integrationId, ChangeConsent.SenderKey(sender ?? ""), recipient, cancel) is { } found
            ? Results.Ok(new OptOutDetails(Out(found.Row), [.. found.Events.Select(Out)]))
            : Results.Json(new { error = "there is no such opt-out" }, statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> Add(OptOutAdministration optOuts, OptOutIn body, CancellationToken cancel)
    {
        if (optOuts.SenderOf(body.IntegrationId ?? "", body.Sender ?? "") is not { } sender)
            return Bad("there is no such integration, or it has no such sender");
        if (ConsentCsv.Recipient(body.Recipient) is not { } recipient)
            return Bad("recipient is no number in international format");
        var note = body.Note ?? "";
        if (note.Length > OptOutAdministration.LongestNote)
            return Bad($"note is longer than {OptOutAdministration.LongestNote} characters");
        var changed = await optOuts.Set(body.IntegrationId!, sender, recipient, true, note, cancel);
        return Results.Ok(new ChangedOut(changed));
    }

    private static async Task<IResult> Remove(
        OptOutAdministration optOuts, string integrationId, string? sender, string recipient, CancellationToken cancel)
    {
        var key = ChangeConsent.SenderKey(sender ?? "");
        var changed = await optOuts.Set(integrationId, key, recipient, false, "", cancel);
        return changed
            ? Results.Ok(new ChangedOut(true))
            : Results.Json(new { error = "there is no such opt-out" }, statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Import(
        OptOutAdministration optOuts, TenantDirectory tenants, HttpRequest request, string integrationId,
        CancellationToken cancel)
    {
        if (tenants.ById(integrationId) is null) return Bad("there is no such integration");
        if (await RequestBody.Read(request, ConsentCsv.MostOctets, cancel) is not { } body)
            return Results.Json(new { error = "the list is longer than 8 MiB: send it in pieces" }, statusCode: 413);
        return Results.Ok(await optOuts.Import(integrationId, Encoding.UTF8.GetString(body), cancel));
    }

    private static IResult Export(
        OptOutAdministration optOuts, TenantDirectory tenants, string integrationId, CancellationToken cancel) =>
        tenants.ById(integrationId) is null
            ? Bad("there is no such integration")
            : Results.Stream(stream => optOuts.Export(integrationId, stream, cancel), "text/csv; charset=utf-8");

    private static OptOutOut Out(OptOutRow r) => new(
        r.IntegrationId, r.Sender, r.Recipient, r.Active != 0 ? "out" : "in", ConsentCsv.Iso(r.ChangedAt));

    private static OptOutEventOut Out(OptOutEvent e) => new(
        e.What, e.Source, ConsentCsv.Iso(e.At), e.Text, e.Source == ConsentSources.Phone ? e.Id : null, e.ReplyId);

    private static IResult Bad(string what) =>
        Results.Json(new { error = what }, statusCode: StatusCodes.Status400BadRequest);
}

internal sealed record OptOutIn(string? IntegrationId, string? Sender, string? Recipient, string? Note);

internal sealed record ChangedOut(bool Changed);

internal sealed record OptOutOut(string IntegrationId, string Sender, string Recipient, string State, string At);

/// <param name="OptOuts">The page.</param>
/// <param name="Next">What <c>after</c> asks for the next one; null on an empty page.</param>
internal sealed record OptOutPage(OptOutOut[] OptOuts, string? Next);

/// <param name="What">stop, start or help.</param>
/// <param name="Source">phone, admin or import.</param>
/// <param name="At">ISO 8601, UTC.</param>
/// <param name="Text">What the phone sent, or the operator's note.</param>
/// <param name="MessageId">The inbound message; null when there is none.</param>
/// <param name="ReplyId">The message that answered it.</param>
internal sealed record OptOutEventOut(
    string What, string Source, string At, string Text, string? MessageId, string? ReplyId);

internal sealed record OptOutDetails(OptOutOut OptOut, OptOutEventOut[] Evidence);
