using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The accounts that messages are paid from, as whoever keeps them answers for them. Amounts are millionths of the tenant's
/// currency.
/// </summary>
public abstract class MessageAccounts
{
    /// <summary>What a message costs a tenant that has an account. On the hot path: from memory.</summary>
    /// <param name="tenant">Who pays.</param>
    /// <param name="to">The recipient, digits.</param>
    /// <param name="parts">Parts of the message, at least 1.</param>
    public abstract long PriceOf(Tenant tenant, string to, int parts);

    /// <summary>
    /// Decides in their order which charges fit, and books those as part of the transaction: one transfer per tenant.
    /// </summary>
    public abstract void Charge(Tx tx, IReadOnlyList<MessageCharge> charges);

    /// <summary>Gives charges back as part of the transaction: one transfer per tenant.</summary>
    public abstract void Return(Tx tx, IReadOnlyList<MessageReturn> returned);

    /// <summary>What a tenant that has an account may spend now.</summary>
    public abstract Task<long> Spendable(Tenant tenant, CancellationToken cancel);
}

/// <summary>What a message is to pay.</summary>
/// <param name="id">What it is booked under: a message's id, or another that is used once.</param>
/// <param name="tenantId">Who pays.</param>
/// <param name="micros">At least 1.</param>
public sealed class MessageCharge(string id, string tenantId, long micros)
{
    public string Id => id;

    public string TenantId => tenantId;

    public long Micros => micros;

    /// <summary>True when the account covers it.</summary>
    public bool Fits { get; set; }
}

/// <summary>What is given back for a message.</summary>
/// <param name="Id">What it is booked under: a message's id, or another that is used once.</param>
/// <param name="TenantId">Who gets it.</param>
/// <param name="Micros">At least 1.</param>
public sealed record MessageReturn(string Id, string TenantId, long Micros);
