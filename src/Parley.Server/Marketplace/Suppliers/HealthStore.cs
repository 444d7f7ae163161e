using System.Data.Common;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>Every statement about suppliers' health.</summary>
internal static class HealthStore
{
    private const string Columns =
        "supplier_id AS SupplierId, strikes AS Strikes, since AS Since, until AS Until, times AS Times, " +
        "probe AS Probe, probe_at AS ProbeAt, reason AS Reason, changed_at AS ChangedAt, changed_by AS ChangedBy";

    private const string AllSql = $"SELECT {Columns} FROM market_supplier_health";

    private const string WindowSql =
        """
        SELECT CAST(COALESCE(SUM(good), 0) AS bigint) AS Good, CAST(COALESCE(SUM(bad), 0) AS bigint) AS Bad
        FROM market_supplier_minutes
        WHERE supplier_id = @id AND minute >= @first
        """;

    public static IReadOnlyList<Health> All(Tx tx) => tx.Query<Health>(AllSql);

    public static IReadOnlyList<Health> All(DbConnection connection) => [.. connection.Query<Health>(AllSql)];

    /// <summary>How the supplier is doing; nobody else changes it until the transaction ends.</summary>
    public static Health Lock(Tx tx, string id, long now) => tx.First<Health>(
        $"""
        INSERT INTO market_supplier_health (supplier_id, strikes, times, reason, changed_at, changed_by) VALUES (@id, 0, 0, '', @now, '')
        ON CONFLICT (supplier_id) DO UPDATE SET strikes = market_supplier_health.strikes RETURNING {Columns}
        """,
        new { id, now })!;

    public static void Update(Tx tx, Health health) => Invariant.Holds(tx.Execute(
        """
        UPDATE market_supplier_health SET strikes = @Strikes, since = @Since, until = @Until, times = @Times, probe = @Probe,
          probe_at = @ProbeAt, reason = @Reason, changed_at = @ChangedAt, changed_by = @ChangedBy WHERE supplier_id = @SupplierId
        """,
        new
        {
            health.Strikes,
            health.Since,
            health.Until,
            health.Times,
            health.Probe,
            health.ProbeAt,
            health.Reason,
            health.ChangedAt,
            health.ChangedBy,
            health.SupplierId,
        }) == 1);

    /// <summary>False when the supplier isn't to be tried yet, or another purchase tries it.</summary>
    public static bool Claim(Tx tx, string id, string attempt, long now) => tx.Execute(
        """
        UPDATE market_supplier_health SET probe = @attempt, probe_at = @now
        WHERE supplier_id = @id AND since IS NOT NULL AND until <= @now AND (probe IS NULL OR probe_at < @lost)
        """,
        new { id, attempt, now, lost = now - QuarantineRules.ProbeLostAfter }) > 0;

    public static void GiveBack(Tx tx, string id, string attempt) => tx.Execute(
        """
        UPDATE market_supplier_health SET probe = NULL, probe_at = NULL WHERE supplier_id = @id AND probe = @attempt
        """,
        new { id, attempt });

    public static void Count(Tx tx, string id, long minute, Tally tally) => tx.Execute(
        """
        INSERT INTO market_supplier_minutes (supplier_id, minute, good, bad) VALUES (@id, @minute, @Good, @Bad)
        ON CONFLICT (supplier_id, minute) DO UPDATE
          SET good = market_supplier_minutes.good + excluded.good, bad = market_supplier_minutes.bad + excluded.bad
        """,
        new { id, minute, tally.Good, tally.Bad });

    public static Tally Window(Tx tx, string id, long first) => tx.First<TallyRow>(WindowSql, new { id, first })!.Value;

    public static Tally Window(DbConnection connection, string id, long first) =>
        connection.QueryFirst<TallyRow>(WindowSql, new { id, first }).Value;

    public static void DropBefore(Tx tx, string id, long minute) => tx.Execute(
        "DELETE FROM market_supplier_minutes WHERE supplier_id = @id AND minute < @minute", new { id, minute });

    private sealed class TallyRow
    {
        public long Good { get; init; }

        public long Bad { get; init; }

        public Tally Value => new(Good, Bad);
    }
}
