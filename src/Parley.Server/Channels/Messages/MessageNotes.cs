using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>What capabilities beside Messages add to a message's timeline.</summary>
public static class MessageNotes
{
    /// <summary>Adds an entry, with the transaction's other facts.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="at">Microseconds UTC.</param>
    /// <param name="what">One word of the trade.</param>
    /// <param name="detail">At most 500 characters, the rest is cut.</param>
    public static void Write(Tx tx, string messageId, long at, string what, string detail) => tx.Execute(
        """
        INSERT INTO message_notes (message_id, id, at, what, detail) VALUES (@messageId, @id, @at, @what, @detail)
        ON CONFLICT DO NOTHING
        """,
        new { messageId, id = $"{at:D17}-{what}", at, what, detail = detail.Length <= 500 ? detail : detail[..500] });
}
