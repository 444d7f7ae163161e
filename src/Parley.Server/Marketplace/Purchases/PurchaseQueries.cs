using System.Data.Common;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What the lookups ask of purchases.</summary>
internal static class PurchaseQueries
{
    private const string Pending =
        """
        FROM market_purchases p JOIN market_progress s ON s.id = p.id
        WHERE p.client_id = @ClientId AND p.source = @Source AND p.target = @Target AND p.product_id = @ProductId
          AND p.purchase_amount = @PurchaseAmount AND s.state < 10
        """;

    /// <summary>True when a similar purchase is pending (contract marketplace §9).</summary>
    public static bool InFlight(Tx tx, Purchase like) =>
        tx.First<string>($"SELECT p.id {Pending} LIMIT 1", like) is not null;

    /// <summary>Pending purchases of which all five fields are equal, the newest first.</summary>
    public static IReadOnlyList<Purchase> InFlight(DbConnection connection, Purchase like) =>
    [
        .. connection.Query<Purchase>(
            $"SELECT {PurchaseStore.PurchaseColumns} {Pending} ORDER BY p.accepted_at DESC, p.id DESC LIMIT 100", like),
    ];

    /// <summary>The latest success of each product, the newest first (§5.7).</summary>
    public static IReadOnlyList<Purchase> Latest(DbConnection connection, BuyerQuery query) =>
    [
        .. connection.Query<Purchase>(
            $"""
            SELECT {PurchaseStore.PurchaseColumns}
            FROM (
              SELECT q.*, row_number() OVER (PARTITION BY q.product_id ORDER BY q.accepted_at DESC, q.id DESC) AS place
              FROM market_purchases q JOIN market_progress s ON s.id = q.id
              WHERE {query.Conditions("q")} AND s.state = 10) p
            WHERE p.place = 1 ORDER BY p.accepted_at DESC, p.id DESC LIMIT @Limit
            """,
            query),
    ];

    /// <summary>Purchases with a token that the buyer made, the newest first (§5.13).</summary>
    public static IReadOnlyList<Sale> Tokens(DbConnection connection, BuyerQuery query)
    {
        var found = connection.Query<Purchase>(
            $"""
            SELECT {PurchaseStore.PurchaseColumns} FROM market_purchases p JOIN market_progress s ON s.id = p.id
            WHERE {query.Conditions("p")} AND s.state = 10 AND s.token IS NOT NULL
            ORDER BY p.accepted_at DESC, p.id DESC LIMIT @Limit
            """,
            query).ToList();
        return [.. found.Select(p => PurchaseStore.With(connection, p))];
    }

    /// <summary>By any of the three references; all that are given must lead to the same (§5.12).</summary>
    public static Sale? Find(
        DbConnection connection, long clientId, string? id, string? clientRef, string? reserveRef, long since)
    {
        var purchase = connection.QueryFirstOrDefault<Purchase>(
            $"""
            SELECT {PurchaseStore.PurchaseColumns} FROM market_purchases p
            WHERE p.client_id = @clientId AND p.accepted_at >= @since
              {(id is null ? "" : "AND p.id = @id")}
              {(clientRef is null ? "" : "AND p.client_ref = @clientRef")}
              {(reserveRef is null ? "" : """
              AND p.id IN (SELECT r.purchase_id FROM market_reservations r WHERE r.client_id =
                  @clientId AND r.reserve_ref = @reserveRef)
              """)}
            LIMIT 1
            """,
            new { clientId, id, clientRef, reserveRef, since });
        return purchase is null ? null : PurchaseStore.With(connection, purchase);
    }

    /// <summary>The newest, for operators.</summary>
    public static IReadOnlyList<Sale> Newest(DbConnection connection, long? clientId, int most)
    {
        var found = connection.Query<Purchase>(
            $"""
            SELECT {PurchaseStore.PurchaseColumns} FROM market_purchases p
            {(clientId is null ? "" : "WHERE p.client_id = @clientId")} ORDER BY p.id DESC LIMIT @most
            """,
            new { clientId, most }).ToList();
        return [.. found.Select(p => PurchaseStore.With(connection, p))];
    }

    /// <summary>Who was shown tokens, of one purchase or of all; the latest first.</summary>
    public static IReadOnlyList<TokenView> Views(DbConnection connection, string? purchaseId, int most) =>
    [
        .. connection.Query<TokenView>(
            $"""
            SELECT id AS Id, purchase_id AS PurchaseId, client_id AS ClientId, api AS Api, at AS At FROM market_token_views
            {(purchaseId is null ? "" : "WHERE purchase_id = @purchaseId")} ORDER BY id DESC LIMIT @most
            """,
            new { purchaseId, most }),
    ];

    /// <summary>Remembers who was shown a token.</summary>
    public static void Viewed(Tx tx, IReadOnlyList<(string Id, Purchase Purchase)> views, string api, long now)
    {
        foreach (var (id, purchase) in views)
            tx.Execute(
                """
                INSERT INTO market_token_views (id, purchase_id, client_id, api, at)
                VALUES (@id, @purchase, @client, @api, @now)
                """,
                new { id, purchase = purchase.Id, client = purchase.ClientId, api, now });
    }
}

/// <summary>A buyer's purchases of a client.</summary>
internal sealed record BuyerQuery(long ClientId, string Source, long? ChannelId, long? ProductId, long? TypeId,
    long Since, long Limit)
{
    public string Conditions(string table) =>
        $"{table}.client_id = @ClientId AND {table}.source = @Source AND {table}.accepted_at >= @Since"
        + (ChannelId is null ? "" : $" AND {table}.channel_id = @ChannelId")
        + (ProductId is null ? "" : $" AND {table}.product_id = @ProductId")
        + (TypeId is null ? "" : $" AND {table}.type_id = @TypeId");

    /// <summary>So many days back from now.</summary>
    public static long Back(long now, int days) => now - (days * 24 * 60 * Micros.PerMinute);
}

/// <summary>That a token was shown: to a client over an API, or to a phone by <c>sms</c>. Microseconds UTC.</summary>
internal sealed record TokenView
{
    public string Id { get; init; } = "";

    public string PurchaseId { get; init; } = "";

    public long ClientId { get; init; }

    public string Api { get; init; } = "";

    public long At { get; init; }
}
