using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>What stands of a client's day: proof of its file, or why there is none. Times in microseconds UTC.</summary>
internal sealed record SettlementRow
{
    public string Day { get; init; } = "";

    public long ClientId { get; init; }

    public long MadeAt { get; init; }

    public long Transactions { get; init; }

    /// <summary>SHA-256 in hexadecimal digits; empty while no file could be made.</summary>
    public string CsvHash { get; init; } = "";

    public string JsonHash { get; init; } = "";

    /// <summary>The sums, as JSON.</summary>
    public string Totals { get; init; } = "[]";

    /// <summary>What must be mended before there is a file; null when nothing.</summary>
    public string? Problem { get; init; }

    public bool IsMade => CsvHash.Length > 0;
}

/// <summary>Every statement of the settlement.</summary>
internal static class SettlementStore
{
    /// <summary>Final purchases in their order: by the moment of the outcome, then by id.</summary>
    // The plus keeps the engine from reading all that the client ever bought: the day is the smaller part.
    private const string Final =
        """
        FROM market_progress s JOIN market_purchases p ON p.id = s.id
        WHERE s.final_at >= @from AND s.final_at < @until
        """;

    private const string Columns =
        """
        day AS Day, client_id AS ClientId, made_at AS MadeAt, transactions AS Transactions, csv_hash AS CsvHash, json_hash AS JsonHash,
        totals AS Totals, problem AS Problem
        """;

    /// <summary>A client's next final purchases after one of them, until a moment.</summary>
    public static IReadOnlyList<Sale> Page(
        DbConnection connection, long clientId, long from, string after, long until, int most) =>
    [
        .. connection.Query<Purchase, Progress, Sale>(
            $"""
            SELECT {PurchaseStore.PurchaseColumns}, {PurchaseStore.ProgressColumns} {Final}
              AND (s.final_at > @from OR s.id > @after) AND +p.client_id = @clientId
            ORDER BY s.final_at, s.id LIMIT @most
            """,
            (purchase, progress) => new Sale(purchase, progress),
            new { clientId, from, after, until, most },
            splitOn: "Id"),
    ];

    /// <summary>Clients with a purchase that became final in a span of time.</summary>
    public static IReadOnlyList<long> Clients(DbConnection connection, long from, long until) =>
        [.. connection.Query<long>(
            $"SELECT DISTINCT p.client_id {Final} ORDER BY p.client_id", new { from, until })];

    /// <summary>When the first purchase became final; null when none has.</summary>
    public static long? First(DbConnection connection) => connection.ExecuteScalar<long?>(
        "SELECT min(final_at) FROM market_progress WHERE final_at IS NOT NULL");

    public static string? LastDay(DbConnection connection) => connection.ExecuteScalar<string?>(
        "SELECT max(day) FROM market_settlement_days");

    public static void KeepDay(Tx tx, SettlementDay day, long at) => tx.Execute(
        "INSERT INTO market_settlement_days (day, at) VALUES (@day, @at) ON CONFLICT DO NOTHING",
        new { day = day.ToString(), at });

    public static SettlementRow? Find(DbConnection connection, long clientId, string day) =>
        connection.QueryFirstOrDefault<SettlementRow>(
            $"SELECT {Columns} FROM market_settlements WHERE day = @day AND client_id = @clientId",
            new { clientId, day });

    /// <summary>The latest days; all clients or one, all days or one.</summary>
    public static IReadOnlyList<SettlementRow> List(DbConnection connection, long? clientId, string? day, int most) =>
    [
        .. connection.Query<SettlementRow>(
            $"""
            SELECT {Columns} FROM market_settlements
            WHERE 1 = 1 {(clientId is null ? "" : "AND client_id = @clientId")} {(day is null ? "" : "AND day = @day")}
            ORDER BY day DESC, client_id LIMIT @most
            """,
            new { clientId, day, most }),
    ];

    /// <summary>Keeps what was made, unless something was made before; answers what stands.</summary>
    public static SettlementRow Keep(Tx tx, SettlementRow row)
    {
        tx.Execute(
            """
            INSERT INTO market_settlements (day, client_id, made_at, transactions, csv_hash, json_hash, totals, problem)
            VALUES (@Day, @ClientId, @MadeAt, @Transactions, @CsvHash, @JsonHash, @Totals, NULL)
            ON CONFLICT (day, client_id) DO UPDATE SET made_at = excluded.made_at, transactions = excluded.transactions,
              csv_hash = excluded.csv_hash, json_hash = excluded.json_hash, totals = excluded.totals, problem = NULL
            WHERE market_settlements.csv_hash = ''
            """,
            row);
        return tx.First<SettlementRow>(
            $"SELECT {Columns} FROM market_settlements WHERE day = @Day AND client_id = @ClientId", row)!;
    }

    /// <summary>Keeps why there is no file, or that what was made can't be made again; null when all is well again.</summary>
    public static void Note(Tx tx, long clientId, SettlementDay day, string? problem, long at) => tx.Execute(
        """
        INSERT INTO market_settlements (day, client_id, made_at, transactions, csv_hash, json_hash, totals, problem)
        VALUES (@day, @clientId, @at, 0, '', '', '[]', @problem)
        ON CONFLICT (day, client_id) DO UPDATE SET problem = excluded.problem
        """,
        new { clientId, day = day.ToString(), at, problem });
}
