using System.Data.Common;
using Dapper;
using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Billing;

/// <summary>What a check of a tenant found, in millionths of its currency.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Charged">What its messages were charged, returned charges left out.</param>
/// <param name="Booked">What its income account says.</param>
public sealed record CreditCheckLine(string TenantId, string Currency, long Charged, long Booked)
{
    /// <summary>True when both are the same.</summary>
    public bool Sound => Charged == Booked;
}

/// <summary>
/// Holds what the messages say they were charged against the books, at one moment. It reads all messages, beside the
/// writers.
/// </summary>
public sealed class CreditCheck(Database database)
{
    /// <summary>Every tenant that has, or had, an account.</summary>
    public Task<IReadOnlyList<CreditCheckLine>> Run(CancellationToken cancel) => database.Read(connection =>
    {
        connection.Execute(database.Dialect.BeginSnapshot);
        try
        {
            return Check(connection);
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }, cancel);

    private static IReadOnlyList<CreditCheckLine> Check(DbConnection connection)
    {
        var charged = ChargeStore.Totals(connection);
        return
        [
            .. TenantStore.Tenants(connection)
                .Select(t => (Tenant: t, Income: BookReports.Find(connection, CreditAccounts.IncomeOf(t.Id))))
                .Where(t => t.Income is not null || charged.ContainsKey(t.Tenant.Id))
                .Select(t => new CreditCheckLine(
                    t.Tenant.Id, t.Tenant.Currency, charged.GetValueOrDefault(t.Tenant.Id), t.Income?.Posted ?? 0)),
        ];
    }
}
