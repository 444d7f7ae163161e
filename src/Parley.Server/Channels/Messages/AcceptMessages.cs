using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>Takes what a door brings: validates, commits, answers, and sends on.</summary>
public sealed class AcceptMessages
{
    /// <summary>
    /// Accepts every valid message of one request in one commit and refuses the others; the answers stand in the order of the messages. When the task
    /// ends, what was accepted is on disk.
    /// </summary>
    /// <param name="integration">Whose request it is.</param>
    /// <param name="messages">1 to 200 messages.</param>
    /// <param name="beside">Hears the answers before the commit and may write rows of its own in it (an idempotency record); null for none.</param>
    /// <param name="cancel">Gives up waiting; what is under way may still be committed.</param>
    /// <exception cref="Parley.Platform.Batching.StorageOverloaded">Too many writes wait: nothing was accepted.</exception>
    public Task<IReadOnlyList<AcceptedOrNot>> Run(
        Integration integration,
        IReadOnlyList<NewMessage> messages,
        Func<IReadOnlyList<AcceptedOrNot>, Action<Tx>>? beside,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(integration);
        throw new InvalidOperationException($"{messages.Count}{beside}{cancel}");
    }
}
