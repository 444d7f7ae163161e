using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Finds the message that replace_if_present_flag means (SMPP 3.4 §5.2.18): same source, destination, service_type.</summary>
internal static class ReplaceableStore
{
    /// <summary>What makes two messages the same one.</summary>
    public sealed record Key(string IntegrationId, string Sender, string Recipient, string ServiceType);

    public static string? Find(DbConnection connection, Key key) => connection.QueryFirstOrDefault<string>(
        """
        SELECT message_id FROM smpp_replaceable WHERE integration_id = @IntegrationId AND sender = @Sender
          AND recipient = @Recipient AND service_type = @ServiceType
        """,
        key);

    public static void Write(Tx tx, Key key, string messageId, long at) => tx.Execute(
        """
        INSERT INTO smpp_replaceable (integration_id, sender, recipient, service_type, message_id, at)
        VALUES (@IntegrationId, @Sender, @Recipient, @ServiceType, @messageId, @at)
        ON CONFLICT (integration_id, sender, recipient, service_type)
        DO UPDATE SET message_id = excluded.message_id, at = excluded.at
        """,
        new { key.IntegrationId, key.Sender, key.Recipient, key.ServiceType, messageId, at });

    public static int DropOld(Tx tx, long before) =>
        tx.Execute("DELETE FROM smpp_replaceable WHERE at < @before", new { before });
}
