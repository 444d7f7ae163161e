namespace Parley.Server.Tenants;

/// <summary>How a tenant pays for its messages. The numbers are stored.</summary>
public enum CreditKind
{
    /// <summary>What is paid in is spent.</summary>
    Prepaid = 1,

    /// <summary>It may owe up to a limit.</summary>
    Postpaid = 2,
}

/// <summary>A tenant's account for messages, as provisioned. Money is in millionths of the tenant's currency.</summary>
/// <param name="Kind">Prepaid or postpaid.</param>
/// <param name="LimitMicros">How much a postpaid tenant may owe; 0 for a prepaid one.</param>
/// <param name="OpeningMicros">Paid in once, when the account is opened.</param>
/// <param name="PriceList">The list that it pays by; null pays <see cref="MessagePrice.PartMicros"/> for every part.</param>
public sealed record CreditTerms(CreditKind Kind, long LimitMicros, long OpeningMicros, string? PriceList);
