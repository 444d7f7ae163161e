using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// How much a buyer has bought lately (contract marketplace §9). What is pending or sold counts; what was refused, declined or
/// failed does not.
/// </summary>
internal static class Velocity
{
    // Whoever accepts for the same buyer at the same time waits here, and then sees what the other accepted.
    private const string Lock =
        """
        INSERT INTO market_velocity (client_id, source) VALUES (@ClientId, @Source)
        ON CONFLICT (client_id, source) DO UPDATE SET source = excluded.source
        """;

    private const string Bought =
        """
        SELECT count(*) AS Times, CAST(COALESCE(sum(p.purchase_amount), 0) AS bigint) AS Amount
        FROM market_purchases p JOIN market_progress s ON s.id = p.id
        WHERE p.client_id = @ClientId AND p.source = @Source AND p.accepted_at > @since AND s.state <= @sold
          AND (@currency = '' OR p.currency = @currency)
        """;

    /// <summary>
    /// The code of a limit that the purchase would exceed; null when it fits. Decided for good within the transaction, and so is
    /// what similar purchases there are, where those count: whoever accepts for the same buyer, on any node, waits.
    /// </summary>
    public static string? Refuses(Tx tx, Client client, Purchase purchase, long now)
    {
        if (client.Velocity.Count == 0 && !client.RefuseSimilar) return null;
        tx.Execute(Lock, new { purchase.ClientId, purchase.Source });
        return client.Velocity.FirstOrDefault(limit => Exceeds(tx, limit, purchase, now))?.Code;
    }

    private static bool Exceeds(Tx tx, VelocityLimit limit, Purchase purchase, long now)
    {
        if (limit.Currency.Length > 0 && limit.Currency != purchase.Currency) return false;
        var bought = tx.First<Sum>(Bought, new
        {
            purchase.ClientId,
            purchase.Source,
            since = now - (limit.Seconds * Micros.PerSecond),
            sold = (long)PurchaseState.Succeeded,
            currency = limit.Currency,
        })!;
        return (limit.Count > 0 && bought.Times >= limit.Count)
            || (limit.Amount > 0 && bought.Amount + purchase.PurchaseAmount > limit.Amount);
    }

    private sealed class Sum
    {
        public long Times { get; init; }

        public long Amount { get; init; }
    }
}
