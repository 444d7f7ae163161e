using System.Data.Common;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>Something that a person has to look at. Times in microseconds UTC.</summary>
internal sealed class MarketException
{
    /// <summary>The supplier hasn't said for a day what became of a vend: a person decides.</summary>
    public const string Unresolved = "vend-unresolved";

    /// <summary>An outcome could not be told for seven business days.</summary>
    public const string Undelivered = "result-undelivered";

    /// <summary>A token product was sold without a token.</summary>
    public const string TokenMissing = "token-missing";

    /// <summary>The world contradicts a final outcome.</summary>
    public const string Discrepancy = "discrepancy";

    public string Id { get; init; } = "";

    public string PurchaseId { get; init; } = "";

    public string Kind { get; init; } = "";

    public long At { get; init; }

    public string Detail { get; init; } = "";

    public long? ResolvedAt { get; init; }

    public string? Resolution { get; init; }

    public string? ResolvedBy { get; init; }
}

/// <summary>
/// The list of what a person has to look at; each kind once for a purchase, kept when resolved. Open again is an outcome that
/// could not be told once more, and a discrepancy when the world says something else than it did.
/// </summary>
internal sealed class MarketExceptions(Ids ids, TimeProvider time)
{
    private const string Columns =
        "id AS Id, purchase_id AS PurchaseId, kind AS Kind, at AS At, detail AS Detail, resolved_at AS ResolvedAt, " +
        "resolution AS Resolution, resolved_by AS ResolvedBy";

    /// <summary>False when it was raised before.</summary>
    public bool Raise(Tx tx, string purchaseId, string kind, string detail) => tx.Execute(
        """
        INSERT INTO market_exceptions (id, purchase_id, kind, at, detail) VALUES (@id, @purchaseId, @kind, @at, @detail)
        ON CONFLICT (purchase_id, kind) DO UPDATE SET at = excluded.at, resolved_at = NULL,
          detail = CASE WHEN market_exceptions.kind = @again THEN excluded.detail
            ELSE market_exceptions.detail || '; ' || excluded.detail END
          WHERE market_exceptions.kind = @again OR (market_exceptions.kind = @contradiction
            AND length(market_exceptions.detail) < 2000
            AND replace(market_exceptions.detail, excluded.detail, '') = market_exceptions.detail)
        """,
        new
        {
            again = MarketException.Undelivered,
            contradiction = MarketException.Discrepancy,
            id = ids.Next(),
            purchaseId,
            kind,
            at = time.NowMicros(),
            detail = detail.Length <= 500 ? detail
            : detail[..500]
        }) > 0;

    public static IReadOnlyList<MarketException> List(DbConnection connection, bool all, int most) =>
    [
        .. connection.Query<MarketException>(
            $"""
            SELECT {Columns} FROM market_exceptions {(all ? "" : "WHERE resolved_at IS NULL")} ORDER BY at DESC LIMIT @most
            """,
            new { most }),
    ];

    public static MarketException? Find(Tx tx, string id) =>
        tx.First<MarketException>($"SELECT {Columns} FROM market_exceptions WHERE id = @id", new { id });

    public void Resolve(Tx tx, string id, string resolution, string by) => tx.Execute(
        "UPDATE market_exceptions SET resolved_at = @at, resolution = @resolution, resolved_by = @by WHERE id = @id",
        new { id, at = time.NowMicros(), resolution, by });
}
