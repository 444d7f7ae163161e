using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// What a message costs in the credits of the legacy APIs (contract channels §11): one rule for every door and callback.
/// </summary>
public static class Charges
{
    /// <summary>What no carrier got costs nothing; a test number costs a third (§2.13).</summary>
    /// <param name="price">The tenant's.</param>
    /// <param name="status">Where the message stands.</param>
    /// <param name="to">The recipient, digits; empty when it is not known any more.</param>
    /// <param name="parts">Parts as sent, or as planned.</param>
    /// <param name="charged">What was charged to the tenant's account, which then is the charge; null when it has none.</param>
    public static decimal Credits(
        MessagePrice price, MessageStatus status, string to, int parts, long? charged = null) =>
        charged is { } micros ? price.CreditsFor(micros)
        : LegacyCodes.StatusOf(status) is 6 or 9 or 12 ? 0
        : TestNumbers.Are(to) ? price.CreditsOfTest(parts)
        : price.Credits(parts);
}
