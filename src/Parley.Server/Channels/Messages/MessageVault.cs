using System.Security.Cryptography;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>Keeps the texts of confidential messages from whoever reads the database.</summary>
internal sealed partial class MessageVault(SecretBox box, ILogger<MessageVault> log)
{
    /// <summary>What the database is to keep of a text; null when there is none.</summary>
    public byte[]? Seal(string? text, string messageId) =>
        StoredText.Of(text) is { } plain ? box.Seal(plain, About(messageId)) : null;

    /// <summary>
    /// A row's message with its text. One that was sealed under a key that this node doesn't have comes without, and is
    /// <see cref="Message.IsUnreadable"/>.
    /// </summary>
    public Message Open(MessageRow row)
    {
        var message = row.ToMessage();
        if (message.SealedText is not { } secret) return message;
        try
        {
            var text = StoredText.Back(box.OpenText(secret, About(message.Id)));
            return message with { Content = message.Content with { Text = text } };
        }
        catch (CryptographicException)
        {
            Unreadable(log, message.Id);
            return message;
        }
    }

    private static string About(string messageId) => $"messages/{messageId}";

    [LoggerMessage(
        LogLevel.Error, "The text of message {MessageId} can't be opened: it was sealed under a key that is not configured")]
    private static partial void Unreadable(ILogger log, string messageId);
}
