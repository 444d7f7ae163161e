using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// What messages cost and what tenants have. A tenant with an account is answered for by <see cref="MessageAccounts"/>,
/// which is connected at the start; the balance of one without is a number that was provisioned.
/// </summary>
public sealed class Credit
{
    private MessageAccounts? _accounts;

    internal MessageAccounts Accounts => _accounts ?? throw new InvalidOperationException("No accounts are connected.");

    /// <summary>Before the doors open.</summary>
    public void Connect(MessageAccounts accounts) => _accounts = accounts;

    /// <summary>What the tenant may spend, in millionths of its currency.</summary>
    public async ValueTask<long> Balance(Tenant tenant, CancellationToken cancel) => tenant.Credit is null
        ? Currency.MicrosOf(tenant.BalanceMinor, tenant.Currency) : await Accounts.Spendable(tenant, cancel);

    /// <summary>The same in the tenant's currency with all its digits, such as 1310.42; a JSON number.</summary>
    public async ValueTask<string> Amount(Tenant tenant, CancellationToken cancel)
    {
        var micros = await Balance(tenant, cancel);
        return Currency.Format(Currency.MinorOf(micros, tenant.Currency), tenant.Currency);
    }

    /// <summary>What a message of one part costs, in legacy credits.</summary>
    /// <param name="tenant">Who pays.</param>
    /// <param name="to">The recipient, digits.</param>
    public decimal CreditsOfPart(Tenant tenant, string to) => tenant.Credit is null
        ? tenant.Price.Credits(1) : tenant.Price.CreditsFor(Accounts.PriceOf(tenant, to, 1));

    /// <summary>What a message costs, in millionths; null when its tenant has no account.</summary>
    internal long? PriceOf(Tenant tenant, string to, int parts) =>
        tenant.Credit is null ? null : Accounts.PriceOf(tenant, to, parts);
}
