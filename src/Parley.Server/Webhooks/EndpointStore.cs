using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Webhooks;

/// <summary>The SQL of endpoints.</summary>
internal static class EndpointStore
{
    private const string Columns =
        """
        id AS Id, integration_id AS IntegrationId, kind AS Kind, paused_at AS PausedAt, paused_by AS PausedBy,
        failures AS Failures, failing_since AS FailingSince, last_success_at AS LastSuccessAt,
        last_failure_at AS LastFailureAt, last_error AS LastError
        """;

    // Whether an endpoint is paused is written apart from its health: a node that merely reports failures must not undo
    // another's resume.
    private static readonly BulkInsert<EndpointRow> UpsertHealth = new(
        "webhook_endpoints",
        "id text, integration_id text, kind text, failures int, failing_since int, last_success_at int, " +
        "last_failure_at int, last_error text",
        static (row, e) =>
        {
            row.Text(e.Id);
            row.Text(e.IntegrationId);
            row.Text(e.Kind);
            row.Int(e.Failures);
            row.Int(e.FailingSince);
            row.Int(e.LastSuccessAt);
            row.Int(e.LastFailureAt);
            row.Text(e.LastError);
        },
        """
        ON CONFLICT (id) DO UPDATE SET failures = excluded.failures, failing_since = excluded.failing_since,
          last_success_at = excluded.last_success_at, last_failure_at = excluded.last_failure_at,
          last_error = excluded.last_error
        """);

    public static void Save(Tx tx, IReadOnlyList<EndpointRow> rows) => tx.Insert(UpsertHealth, rows);

    /// <summary>Writes the pause of a row that exists (see <see cref="Save"/>); 0 when a hand has paused it and this is none.</summary>
    public static int Pause(Tx tx, EndpointRow row, long? probeAt, bool byHand) => tx.Execute(
        $"""
        UPDATE webhook_endpoints SET paused_at = @PausedAt, paused_by = @PausedBy, probe_at = @probeAt
        WHERE id = @Id {(byHand ? "" : $"AND (paused_by IS NULL OR paused_by <> '{EndpointHealth.ByHand}')")}
        """,
        new { row.Id, row.PausedAt, row.PausedBy, probeAt });

    public static IReadOnlyList<EndpointRow> All(DbConnection connection) =>
        [.. connection.Query<EndpointRow>($"SELECT {Columns} FROM webhook_endpoints ORDER BY id")];

    public static IReadOnlyList<EndpointRow> Paused(DbConnection connection) =>
        [.. connection.Query<EndpointRow>($"SELECT {Columns} FROM webhook_endpoints WHERE paused_at IS NOT NULL")];

    /// <summary>The paused endpoints whose probe is due; each falls to one node.</summary>
    public static IReadOnlyList<EndpointRow> TakeProbes(Tx tx, long now, long next, int most) => tx.Query<EndpointRow>(
        $"""
        UPDATE webhook_endpoints SET probe_at = @next WHERE id IN (
          SELECT id FROM webhook_endpoints WHERE paused_at IS NOT NULL AND probe_at <= @now
          ORDER BY probe_at LIMIT @most {tx.Dialect.SkipLocked})
        RETURNING {Columns}
        """,
        new { now, next, most });
}
