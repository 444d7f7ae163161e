using System.Globalization;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.Billing;

/// <summary><c>/admin/v1/credit</c>: accounts, payments, statements, prices and the check. Amounts are in currency, times ISO-8601 UTC.</summary>
internal static class CreditApi
{
    public static void MapCredit(this IEndpointRouteBuilder app)
    {
        var admin = app.MapAdministration();
        admin.MapGet("/credit", async (Database database, Books books, CancellationToken cancel) =>
        {
            List<CreditOut> accounts = [];
            foreach (var tenant in await database.Read(TenantStore.Tenants, cancel))
                if (await Account(books, tenant, cancel) is { } account) accounts.Add(account);
            return new { accounts };
        }).WithSummary("The tenants' accounts for messages.");
        admin.MapGet("/credit/check", async (CreditCheck check, CancellationToken cancel) =>
        {
            var lines = await check.Run(cancel);
            return new { sound = lines.All(l => l.Sound), tenants = lines.Select(Out) };
        }).WithSummary("Compares what messages were charged with the books; reads all messages.");
        admin.MapGet("/credit/{tenant}", async (
            Database database, Books books, string tenant, CancellationToken cancel) =>
            await Tenant(database, tenant, cancel) is { } known && await Account(books, known, cancel) is { } account
                ? Results.Ok(account) : NoAccount()).WithSummary("One tenant's account.");
        admin.MapPost("/credit/{tenant}/payments", async (
            AdjustCredit adjust, Database database, Books books, string tenant, CreditPayment payment,
            CancellationToken cancel) =>
        {
            if (await Tenant(database, tenant, cancel) is not { } known) return NoAccount();
            var done = await adjust.Run(known.Id, payment, cancel);
            return done.Ok
                ? Results.Ok(new { repeated = !done.Value, account = await Account(books, known, cancel) })
                : Refused(done.Refusal);
        }).WithSummary("Books a payment, or takes out when it is negative; a repeated reference changes nothing.");
        admin.MapGet("/credit/{tenant}/statement", Statement)
            .WithSummary("What was booked, oldest first, with the running balance; go on after the last line's at.");
        admin.MapGet("/credit/{tenant}/price/{number}", async (
            Database database, PriceLists prices, string tenant, string number, int? parts, CancellationToken cancel) =>
        {
            if (number.Length is 0 or > 15 || !number.All(char.IsAsciiDigit))
                return Results.Json(new { error = "a number has at most 15 digits" }, statusCode: 400);
            if (await Tenant(database, tenant, cancel) is not { Credit: not null } known) return NoAccount();
            var count = Math.Clamp(parts ?? 1, 1, 35);
            var price = prices.PriceOf(known, PricedChannel.Sms, number, count);
            return Results.Ok(new PriceOut(number, Countries.Of(number), count, Units(price), known.Currency));
        }).WithSummary("What an SMS to a number costs a tenant.");
    }

    private static async Task<IResult> Statement(
        Database database, BookReports reports, string tenant, DateTimeOffset? after, DateTimeOffset? until, int? limit,
        CancellationToken cancel)
    {
        if (await Tenant(database, tenant, cancel) is not { } known) return NoAccount();
        var lines = await reports.Statement(
            CreditAccounts.CreditOf(known.Id), after is { } from ? Micros.FromTime(from) : -1,
            until is { } to ? Micros.FromTime(to) : long.MaxValue, Math.Clamp(limit ?? 200, 1, 1_000), cancel);
        return lines is null ? NoAccount() : Results.Ok(new { currency = known.Currency, lines = lines.Select(Out) });
    }

    private static async Task<CreditOut?> Account(Books books, Tenant tenant, CancellationToken cancel) =>
        await books.Find(CreditAccounts.CreditOf(tenant.Id), cancel) is { } balance
            ? new(
                tenant.Id, tenant.Credit?.Kind.ToString().ToLowerInvariant() ?? "closed", tenant.Currency,
                Units(balance.Posted), Units(balance.Account.Overdraft ?? 0), Units(balance.Spendable ?? 0),
                tenant.Credit?.PriceList)
            : null;

    private static async Task<Tenant?> Tenant(Database database, string id, CancellationToken cancel) =>
        (await database.Read(TenantStore.Tenants, cancel)).FirstOrDefault(t => t.Id == id);

    private static StatementOut Out(StatementLine line) => new(
        Micros.ToTime(line.Entry.At).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        line.Entry.Reason, line.Entry.Reference, Units(line.Moved), Units(line.Posted));

    private static CreditCheckOut Out(CreditCheckLine line) =>
        new(line.TenantId, line.Currency, Units(line.Charged), Units(line.Booked), line.Sound);

    private static Millionths Units(long micros) => new(micros);

    private static IResult NoAccount() => Results.Json(
        new { error = "there is no such tenant, or it has no account", code = CreditRefusals.NoAccount },
        statusCode: 404);

    private static IResult Refused(Refusal refusal) => Results.Json(
        new { error = refusal.Reason, code = refusal.Code },
        statusCode: refusal.Code switch
        {
            CreditRefusals.NoAccount => 404,
            CreditRefusals.AmountInvalid or CreditRefusals.ReferenceInvalid => 400,
            _ => 409,
        });
}

/// <summary>An account; the balance of a postpaid one is negative when it owes.</summary>
internal sealed record CreditOut(
    string TenantId, string Kind, string Currency, Millionths Balance, Millionths Limit, Millionths Available,
    string? PriceList);

internal sealed record StatementOut(string At, string Reason, string Reference, Millionths Amount, Millionths Balance);

internal sealed record PriceOut(string Number, string? Country, int Parts, Millionths Price, string Currency);

internal sealed record CreditCheckOut(
    string TenantId, string Currency, Millionths Charged, Millionths Booked, bool Sound);
