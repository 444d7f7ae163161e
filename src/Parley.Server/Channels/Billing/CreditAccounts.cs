using System.Security.Cryptography;
using System.Text;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Billing;

/// <summary>
/// The tenants' accounts in the books (docs/decisions/0012-messaging-credit.md). Each tenant has its own income account,
/// too: one for all would be the row that everybody waits for.
/// </summary>
public sealed class CreditAccounts(Books books)
{
    /// <summary>Millionths in a whole unit of a currency.</summary>
    public const long Micros = 1_000_000;

    /// <summary>The largest opening balance, limit or payment, in whole units: what one transfer can carry.</summary>
    public const long MostUnits = Transfer.MostAmount / Micros;

    private const int LongestId = 64;

    /// <summary>What the tenant has.</summary>
    public static string CreditOf(string tenantId) => Name("sms:credit:", tenantId);

    /// <summary>What its messages have earned.</summary>
    public static string IncomeOf(string tenantId) => Name("sms:income:", tenantId);

    /// <summary>What it has paid in.</summary>
    public static string PaymentsOf(string tenantId) => Name("sms:payments:", tenantId);

    /// <summary>The unit of these accounts: millionths of the currency.</summary>
    public static string UnitOf(string currency) => currency + "6";

    /// <summary>
    /// Opens the accounts of tenants that have terms, or brings their limits up to date, and pays in what they open with,
    /// once. Answers what is wrong; then the transaction must come to nothing.
    /// </summary>
    public IReadOnlyList<string> Open(Tx tx, IReadOnlyList<Tenant> tenants)
    {
        var problems = new List<string>();
        if (tenants.Count == 0) return problems;
        var opened = books.Open(tx, [.. tenants.SelectMany(Accounts)]);
        List<Transfer> openings = [];
        for (var i = 0; i < tenants.Count; i++)
        {
            var (tenant, account) = (tenants[i], opened[i * 3]);
            if (!account.Ok)
            {
                problems.Add($"tenant '{tenant.Id}': its credit is kept in another currency than {tenant.Currency}");
                continue;
            }
            var terms = tenant.Credit!;
            if (account.Value.Overdraft != terms.LimitMicros)
                books.SetOverdraft(tx, account.Value.Id, terms.LimitMicros);
            if (terms.OpeningMicros > 0) openings.Add(Opening(tenant, terms.OpeningMicros));
        }
        if (problems.Count > 0) return problems;
        // Another amount under the same id was paid in before: the first one stands.
        foreach (var posted in books.Post(tx, openings))
            Invariant.Holds(posted.Ok || posted.Refusal!.Code == LedgerRefusals.IdReused);
        return problems;
    }

    private static Account[] Accounts(Tenant tenant)
    {
        var unit = UnitOf(tenant.Currency);
        return
        [
            new()
            {
                Id = CreditOf(tenant.Id), Currency = unit, Side = Side.Credit, Overdraft = tenant.Credit!.LimitMicros,
                Name = $"Messaging credit of {tenant.Id}",
            },
            new()
            {
                Id = IncomeOf(tenant.Id), Currency = unit, Side = Side.Credit, Overdraft = null,
                Name = $"Messages of {tenant.Id}",
            },
            new()
            {
                Id = PaymentsOf(tenant.Id), Currency = unit, Side = Side.Debit, Overdraft = null,
                Name = $"Payments of {tenant.Id}",
            },
        ];
    }

    private static Transfer Opening(Tenant tenant, long micros) =>
        Transfer.Move(Name("sms:opening:", tenant.Id), PaymentsOf(tenant.Id), CreditOf(tenant.Id), micros) with
        {
            Reason = "opening",
        };

    private static string Name(string prefix, string tenantId)
    {
        if (prefix.Length + tenantId.Length <= LongestId) return prefix + tenantId;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenantId)));
        return string.Concat(prefix, "~", hash.AsSpan(0, 32));
    }
}
