using System.Text;
using Parley.Server.Web;

namespace Parley.Server.Channels.OptOuts;

/// <summary><c>/admin/v1/blocks</c>: blocked and delisted recipients. A missing tenant means all of them.</summary>
internal static class BlocksApi
{
    private const int MostAtOnce = 1_000;
    private const int LongestTenant = 60;

    public static void MapBlocks(this IEndpointRouteBuilder app)
    {
        var admin = app.MapAdministration();
        admin.MapGet("/blocks", List).WithSummary("Blocked and delisted recipients, page by page.");
        admin.MapPost("/blocks", Add).WithSummary("Blocks or delists a recipient, for a tenant or for all.");
        admin.MapDelete("/blocks", Remove).WithSummary("Lets a recipient in again.");
        admin.MapPost("/blocks/import", Import).Accepts<string>("text/csv")
            .WithSummary("Blocks by lines recipient[,blocked or delisted[,reason]] (at most 8 MiB).");
    }

    private static async Task<IResult> List(
        BlockAdministration blocks, string? tenantId, string? recipient, string? kind, string? after, int? limit,
        CancellationToken cancel)
    {
        if (BlockAdministration.KindOf(kind) is not { } asked) return Bad("kind is blocked or delisted");
        if (after is not null && ConsentCsv.Split(after) is not { Count: 2 }) return Bad("after is no next of a page");
        var behind = after is null ? ["", ""] : ConsentCsv.Split(after)!;
        var rows = await blocks.Page(
            new BlockQuery
            {
                TenantId = tenantId,
                Recipient = recipient,
                Kind = kind is null ? null : (long)asked,
                AfterTenant = behind[0],
                AfterRecipient = behind[1],
                Limit = Math.Clamp(limit ?? 100, 1, MostAtOnce),
            },
            cancel);
        return Results.Ok(new BlockPage(
            [.. rows.Select(Out)],
            rows.Count == 0 ? null : ConsentCsv.Join(rows[^1].TenantId, rows[^1].Recipient)));
    }

    private static async Task<IResult> Add(BlockAdministration blocks, BlockIn body, CancellationToken cancel)
    {
        if (ConsentCsv.Recipient(body.Recipient) is not { } recipient)
            return Bad("recipient is no number in international format");
        if (BlockAdministration.KindOf(body.Kind) is not { } kind) return Bad("kind is blocked or delisted");
        if (body.TenantId?.Length > LongestTenant) return Bad("there is no such tenant");
        var reason = body.Reason ?? "";
        if (reason.Length > OptOutAdministration.LongestNote)
            return Bad($"reason is longer than {OptOutAdministration.LongestNote} characters");
        await blocks.Set(body.TenantId ?? "", recipient, kind, reason, cancel);
        return Results.Ok(new ChangedOut(true));
    }

    private static async Task<IResult> Remove(
        BlockAdministration blocks, string? tenantId, string recipient, CancellationToken cancel) =>
        await blocks.Remove(tenantId ?? "", recipient, cancel)
            ? Results.Ok(new ChangedOut(true))
            : Results.Json(new { error = "there is no such block" }, statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> Import(
        BlockAdministration blocks, HttpRequest request, string? tenantId, CancellationToken cancel)
    {
        if (tenantId?.Length > LongestTenant) return Bad("there is no such tenant");
        if (await RequestBody.Read(request, ConsentCsv.MostOctets, cancel) is not { } body)
            return Results.Json(new { error = "the list is longer than 8 MiB: send it in pieces" }, statusCode: 413);
        return Results.Ok(await blocks.Import(tenantId ?? "", Encoding.UTF8.GetString(body), cancel));
    }

    private static BlockOut Out(BlockRow r) => new(
        r.TenantId.Length == 0 ? null : r.TenantId, r.Recipient, ((BlockKind)r.Kind).ToString().ToLowerInvariant(),
        r.Reason, ConsentCsv.Iso(r.ChangedAt));

    private static IResult Bad(string what) =>
        Results.Json(new { error = what }, statusCode: StatusCodes.Status400BadRequest);
}

internal sealed record BlockIn(string? TenantId, string? Recipient, string? Kind, string? Reason);

internal sealed record BlockOut(string? TenantId, string Recipient, string Kind, string Reason, string At);

/// <param name="Blocks">The page.</param>
/// <param name="Next">What <c>after</c> asks for the next one; null on an empty page.</param>
internal sealed record BlockPage(BlockOut[] Blocks, string? Next);
