using System.Globalization;
using Parley.Ledger;
using Parley.Platform;

namespace Parley.Server.Operations;

/// <summary><c>/admin/v1/books</c>: accounts, statements, sums and the check. Amounts are minor units, times ISO 8601 UTC.</summary>
internal static class BooksAdmin
{
    public static void MapBooks(this RouteGroupBuilder admin)
    {
        var books = admin.MapGroup("/books");
        books.MapGet("/accounts", async (BookReports reports, string? after, int? limit, CancellationToken cancel) =>
        {
            var found = await reports.Accounts(after ?? "", limit ?? 100, cancel);
            return new { accounts = found.Select(Out), next = found.Count > 0 ? found[^1].Account.Id : null };
        }).WithSummary("Accounts in the order of their ids, after an id; up to 1,000.");
        books.MapGet("/accounts/{id}", async (
            Books all, BookReports reports, string id, DateTimeOffset? at, CancellationToken cancel) =>
            at is null
                ? await all.Find(id, cancel) is { } balance ? Results.Ok(Out(balance)) : NotFound()
                : await reports.BalanceAt(id, Micros.FromTime(at.Value), cancel) is { } past
                    ? Results.Ok(new { id, posted = past.Posted, held = past.Held, lastEntryAt = Time(past.At) })
                    : NotFound())
            .WithSummary("Where an account stands, or stood at a moment (at).");
        books.MapGet("/accounts/{id}/statement", async (
            BookReports reports, string id, DateTimeOffset? after, DateTimeOffset? until, int? limit,
            CancellationToken cancel) =>
            await reports.Statement(
                id, Stored(after) ?? 0, Stored(until) ?? long.MaxValue, limit ?? 100, cancel) is { } lines
                ? Results.Ok(new
                {
                    lines = lines.Select(Out),
                    next = lines.Count > 0 ? Time(lines[^1].Entry.At) : null,
                })
                : NotFound())
            .WithSummary("An account's entries after a moment, with the running balance; up to 1,000.");
        books.MapGet("/trial-balance", async (BookReports reports, CancellationToken cancel) =>
        {
            var lines = await reports.TrialBalance(cancel);
            return new { balances = lines.All(l => l.Debits == l.Credits), currencies = lines };
        }).WithSummary("The sums of all balances, per currency: debits equal credits.");
        books.MapGet("/check", async (BookCheck check, CancellationToken cancel) =>
        {
            var result = await check.Run(cancel);
            return new { sound = result.Sound, result.Accounts, result.Entries, result.Findings };
        }).WithSummary("Rebuilds every balance from the transfers, compares, follows the chain.");
    }

    private static object Out(Balance b) => new
    {
        id = b.Account.Id,
        name = b.Account.Name,
        currency = b.Account.Currency,
        side = b.Account.Side.ToString().ToLowerInvariant(),
        overdraft = b.Account.Overdraft,
        posted = b.Posted,
        held = b.Held,
        available = b.Available,
        debits = b.Debits,
        credits = b.Credits,
        heldDebits = b.HeldDebits,
        heldCredits = b.HeldCredits,
        lastEntryAt = Time(b.LastAt),
        head = b.Head,
    };

    private static object Out(StatementLine line) => new
    {
        id = line.Entry.Id,
        at = Time(line.Entry.At),
        kind = line.Entry.Kind.ToString().ToLowerInvariant(),
        with = line.Debited ? line.Entry.Credit : line.Entry.Debit,
        amount = line.Entry.Amount,
        moved = line.Moved,
        posted = line.Posted,
        held = line.Held,
        holdId = line.Entry.HoldId,
        reason = line.Entry.Reason,
        reference = line.Entry.Reference,
    };

    // All six digits: the entries of an account differ by single microseconds, and the next page begins after one.
    private static string? Time(long micros) => micros == 0
        ? null : Micros.ToTime(micros).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static long? Stored(DateTimeOffset? at) => at is { } known ? Micros.FromTime(known) : null;

    private static IResult NotFound() =>
        Results.Json(new { error = "there is no such account" }, statusCode: StatusCodes.Status404NotFound);
}
