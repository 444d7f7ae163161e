namespace Parley.Server.Channels.Messages;

/// <summary>A whole message from a phone was committed. Published on the event bus, in that commit.</summary>
/// <param name="MessageId">Our id of it.</param>
/// <param name="IntegrationId">Whose number it came to; null when the number is nobody's (then nobody is called).</param>
/// <param name="RelatedMessageId">Our latest message from that number to that phone within 3 days; null when none.</param>
/// <param name="RelatedClientMessageId">Its client message id; null when none.</param>
/// <param name="From">The phone, digits.</param>
/// <param name="To">The number, digits.</param>
/// <param name="Content">Text, or hexadecimal user data when binary.</param>
/// <param name="UserDataHeader">Hexadecimal, empty for none.</param>
/// <param name="Network">The carrier it came from.</param>
/// <param name="At">Microseconds UTC.</param>
public sealed record InboundReceived(
    string MessageId,
    string? IntegrationId,
    string? RelatedMessageId,
    string? RelatedClientMessageId,
    string From,
    string To,
    string Content,
    string UserDataHeader,
    string Network,
    long At)
{
    /// <summary>True when <see cref="Content"/> is hexadecimal user data.</summary>
    public bool Binary { get; init; }
}
