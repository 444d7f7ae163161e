using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>A session as it is stored. Times in microseconds UTC.</summary>
internal sealed class SessionRow
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Account { get; init; } = "";

    public long UsedAt { get; init; }
}

/// <summary>A batch as it is stored.</summary>
internal sealed class BatchRow
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Template { get; init; } = "";

    public string Fields { get; init; } = "";

    public long CreatedAt { get; init; }
}

/// <summary>Every SQL statement of the legacy doors.</summary>
internal static class LegacyStore
{
    public static void Insert(Tx tx, SessionRow session) => tx.Execute(
        """
        INSERT INTO legacy_sessions (id, integration_id, account, used_at)
        VALUES (@Id, @IntegrationId, @Account, @UsedAt)
        """,
        session);

    public static SessionRow? Session(DbConnection connection, string id) => connection.QueryFirstOrDefault<SessionRow>(
        """
        SELECT id AS Id, integration_id AS IntegrationId, account AS Account, used_at AS UsedAt
        FROM legacy_sessions WHERE id = @id
        """,
        new { id });

    public static void Use(Tx tx, string id, long at) => tx.Execute(
        "UPDATE legacy_sessions SET used_at = @at WHERE id = @id AND used_at < @at", new { id, at });

    public static void DropSessions(Tx tx, long before) =>
        tx.Execute("DELETE FROM legacy_sessions WHERE used_at < @before", new { before });

    public static void Insert(Tx tx, BatchRow batch) => tx.Execute(
        """
        INSERT INTO legacy_batches (id, integration_id, template, fields, created_at)
        VALUES (@Id, @IntegrationId, @Template, @Fields, @CreatedAt)
        """,
        batch);

    public static BatchRow? Batch(DbConnection connection, string id, string integrationId, long since) =>
        connection.QueryFirstOrDefault<BatchRow>(
            """
            SELECT id AS Id, integration_id AS IntegrationId, template AS Template, fields AS Fields, created_at AS CreatedAt
            FROM legacy_batches WHERE id = @id AND integration_id = @integrationId AND created_at >= @since
            """,
            new { id, integrationId, since });

    public static bool EndBatch(Tx tx, string id, string integrationId) => tx.Execute(
        "DELETE FROM legacy_batches WHERE id = @id AND integration_id = @integrationId", new { id, integrationId }) > 0;

    public static void DropBatches(Tx tx, long before) =>
        tx.Execute("DELETE FROM legacy_batches WHERE created_at < @before", new { before });
}
