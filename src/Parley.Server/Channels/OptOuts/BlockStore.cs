using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>The SQL of what operators block.</summary>
internal static class BlockStore
{
    private const string Columns =
        """
        tenant_id AS TenantId, recipient AS Recipient, kind AS Kind, active AS Active, reason AS Reason,
        changed_at AS ChangedAt, sequence AS Sequence
        """;

    private static readonly BulkInsert<BlockRow> UpsertRows = new(
        "recipient_blocks",
        "tenant_id text, recipient text, kind int, active int, reason text, changed_at int, sequence int",
        static (row, b) =>
        {
            row.Text(b.TenantId);
            row.Text(b.Recipient);
            row.Int(b.Kind);
            row.Int(b.Active);
            row.Text(b.Reason);
            row.Int(b.ChangedAt);
            row.Int(b.Sequence);
        },
        """
        ON CONFLICT (tenant_id, recipient) DO UPDATE SET kind = excluded.kind, active = excluded.active,
          reason = excluded.reason, changed_at = excluded.changed_at, sequence = excluded.sequence
        """);

    public static void Upsert(Tx tx, IReadOnlyList<BlockRow> rows) => tx.Insert(UpsertRows, rows);

    public static BlockRow? Find(Tx tx, string tenantId, string recipient) => tx.First<BlockRow>(
        $"SELECT {Columns} FROM recipient_blocks WHERE tenant_id = @tenantId AND recipient = @recipient",
        new { tenantId, recipient });

    public static IReadOnlyList<BlockRow> Page(DbConnection connection, BlockQuery query) =>
        [.. connection.Query<BlockRow>(
        $"""
        SELECT {Columns} FROM recipient_blocks
        WHERE (tenant_id, recipient) > (@AfterTenant, @AfterRecipient) AND active = 1
          {(query.TenantId is null ? "" : "AND tenant_id = @TenantId")}
          {(query.Recipient is null ? "" : "AND recipient = @Recipient")}
          {(query.Kind is null ? "" : "AND kind = @Kind")}
        ORDER BY tenant_id, recipient LIMIT @Limit
        """,
        query)];

    public static IEnumerable<BlockRow> Active(DbConnection connection) =>
        connection.Query<BlockRow>($"SELECT {Columns} FROM recipient_blocks WHERE active = 1", buffered: false);

    public static IReadOnlyList<BlockRow> Changed(DbConnection connection, long after, int most) =>
        [.. connection.Query<BlockRow>(
            $"SELECT {Columns} FROM recipient_blocks WHERE sequence > @after ORDER BY sequence LIMIT @most",
            new { after, most })];
}
