using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>A purchase with where it stands.</summary>
internal sealed record Sale(Purchase Purchase, Progress Progress);

/// <summary>The statements that change purchases, and find one.</summary>
internal static class PurchaseStore
{
    public const string PurchaseColumns =
        """
        p.id AS Id, p.client_id AS ClientId, p.client_ref AS ClientRef, p.kind AS Kind, p.product_id AS ProductId, p.type_id AS TypeId,
        p.product_name AS ProductName, p.currency AS Currency, p.purchase_amount AS PurchaseAmount, p.fee_amount AS FeeAmount,
        p.discount_amount AS DiscountAmount, p.share_amount AS ShareAmount, p.channel_id AS ChannelId, p.channel_name AS ChannelName,
        p.session_id AS SessionId, p.source AS Source, p.target AS Target, p.account AS Account, p.funding_source_id AS FundingSourceId,
        p.given_reserve_ref AS GivenReserveRef, p.sent_at AS SentAt, p.accepted_at AS AcceptedAt
        """;

    public const string ProgressColumns =
        """
        s.id AS Id, s.version AS Version, s.state AS State, s.changed_at AS ChangedAt, s.reserve_ref AS ReserveRef,
        s.reserve_code AS ReserveCode, s.code AS Code, s.final_at AS FinalAt, s.supplier_id AS SupplierId, s.attempt AS Attempt,
        s.first_vend_at AS FirstVendAt, s.vend_at AS VendAt, s.asked AS Asked, s.token AS Token, s.details AS Details,
        s.result AS ToldState, s.result_attempts AS ResultAttempts, s.result_at AS ResultAt
        """;

    private const string ByRefSql =
        $"SELECT {PurchaseColumns} FROM market_purchases p WHERE p.client_id = @clientId AND p.client_ref = @clientRef";

    private static readonly ConditionalWeakTable<Tx, TxPurchases> Under = [];

    /// <summary>False when the transaction has used the reference already; when another has, the commit fails.</summary>
    public static bool Insert(Tx tx, Purchase purchase, Progress progress) => Of(tx).Add(purchase, progress);

    /// <summary>
    /// A progress that builds on a version which somebody else has left behind breaks a check, and the whole transaction is run again.
    /// </summary>
    public static void Update(Tx tx, Progress progress) => Of(tx).Change(progress);

    public static Progress Progress(Tx tx, string id) =>
        Changed(tx, id)
        ?? tx.First<Progress>($"SELECT {ProgressColumns} FROM market_progress s WHERE s.id = @id", new { id })
        ?? throw new InvariantBroken($"purchase {id} has no progress");

    /// <summary>What the transaction itself has made of it; null when nothing.</summary>
    public static Progress? Changed(Tx tx, string id) => Of(tx).Progress(id);

    public static Purchase? ByRef(Tx tx, long clientId, string clientRef) => tx.First<Purchase>(
        ByRefSql,
        new { clientId, clientRef });

    public static Sale? ByRef(DbConnection connection, long clientId, string clientRef) =>
        connection.QueryFirstOrDefault<Purchase>(
            ByRefSql,
            new { clientId, clientRef }) is { } purchase ? With(connection, purchase) : null;

    public static Sale? ById(DbConnection connection, string id) =>
        connection.QueryFirstOrDefault<Purchase>(
            $"SELECT {PurchaseColumns} FROM market_purchases p WHERE p.id = @id", new { id }) is { } purchase
            ? With(connection, purchase) : null;

    public static Sale With(DbConnection connection, Purchase purchase) => new(
        purchase,
        connection.QueryFirst<Progress>(
            $"SELECT {ProgressColumns} FROM market_progress s WHERE s.id = @Id", new { purchase.Id }));

    /// <summary>
    /// Ties the reservation to the purchase without looking: when it is tied to another, the change of the progress that follows
    /// breaks a check, and the whole transaction is run again.
    /// </summary>
    public static void TieUnseen(Tx tx, long clientId, string reserveRef, string purchaseId) =>
        Of(tx).Tie(clientId, reserveRef, purchaseId);

    /// <summary>Ties a reservation to the purchase; false when it is tied to another that used it.</summary>
    public static bool Tie(Tx tx, long clientId, string reserveRef, string purchaseId)
    {
        var tied = tx.First<string>(
            "SELECT purchase_id FROM market_reservations WHERE client_id = @clientId AND reserve_ref = @reserveRef",
            new { clientId, reserveRef });
        if (tied == purchaseId) return true;
        if (tied is not null && Progress(tx, tied).At != PurchaseState.Refused) return false;
        return tx.Execute(
            """
            INSERT INTO market_reservations (client_id, reserve_ref, purchase_id) VALUES (@clientId, @reserveRef, @purchaseId)
            ON CONFLICT (client_id, reserve_ref) DO UPDATE SET purchase_id = excluded.purchase_id
              WHERE market_reservations.purchase_id = @tied
            """,
            new { clientId, reserveRef, purchaseId, tied = tied ?? "" }) > 0;
    }

    private static TxPurchases Of(Tx tx) => Under.GetValue(tx, static tx => new TxPurchases(tx));
}
