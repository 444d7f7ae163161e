using System.Data.Common;
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

    private const string Insertion =
        """
        INSERT INTO market_purchases (id, client_id, client_ref, kind, product_id, type_id, product_name, currency, purchase_amount,
          fee_amount, discount_amount, share_amount, channel_id, channel_name, session_id, source, target, account, funding_source_id,
          given_reserve_ref, sent_at, accepted_at)
        VALUES (@Id, @ClientId, @ClientRef, @Kind, @ProductId, @TypeId, @ProductName, @Currency, @PurchaseAmount, @FeeAmount,
          @DiscountAmount, @ShareAmount, @ChannelId, @ChannelName, @SessionId, @Source, @Target, @Account, @FundingSourceId,
          @GivenReserveRef, @SentAt, @AcceptedAt)
        ON CONFLICT DO NOTHING
        """;

    private const string ProgressInsertion =
        """
        INSERT INTO market_progress (id, version, state, changed_at, reserve_ref, reserve_code, code, final_at, attempt, asked, details,
          result, result_attempts)
        VALUES (@Id, @Version, @State, @ChangedAt, @ReserveRef, @ReserveCode, @Code, @FinalAt, 0, 0, '[]', @ToldState, 0)
        """;

    // A progress that builds on a version which somebody else has left behind breaks the check, and the whole transaction is run again.
    private const string Change =
        """
        UPDATE market_progress SET
          version = CASE WHEN version = @Version - 1 THEN @Version ELSE -1 END, state = @State, changed_at = @ChangedAt,
          reserve_ref = @ReserveRef, reserve_code = @ReserveCode, code = @Code, final_at = @FinalAt, supplier_id = @SupplierId,
          attempt = @Attempt, first_vend_at = @FirstVendAt, vend_at = @VendAt, asked = @Asked, token = @Token, details = @Details,
          result = @ToldState, result_attempts = @ResultAttempts, result_at = @ResultAt
        WHERE id = @Id
        """;

    /// <summary>False when the client has used the reference already.</summary>
    public static bool Insert(Tx tx, Purchase purchase, Progress progress)
    {
        if (tx.Execute(Insertion, purchase) == 0) return false;
        tx.Execute(ProgressInsertion, progress);
        return true;
    }

    public static void Update(Tx tx, Progress progress)
    {
        // Named one by one: the record's other members are no columns.
        Invariant.Holds(tx.Execute(Change, new
        {
            progress.Id,
            progress.Version,
            progress.State,
            progress.ChangedAt,
            progress.ReserveRef,
            progress.ReserveCode,
            progress.Code,
            progress.FinalAt,
            progress.SupplierId,
            progress.Attempt,
            progress.FirstVendAt,
            progress.VendAt,
            progress.Asked,
            progress.Token,
            progress.Details,
            progress.ToldState,
            progress.ResultAttempts,
            progress.ResultAt,
        }) == 1);
    }

    public static Progress Progress(Tx tx, string id) =>
        tx.First<Progress>($"SELECT {ProgressColumns} FROM market_progress s WHERE s.id = @id", new { id })
        ?? throw new InvariantBroken($"purchase {id} has no progress");

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
}
