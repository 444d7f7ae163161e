namespace Parley.Server.Channels.Messages;

/// <summary>One way for messages to go. The most telling match wins: tenant, then sender, then the longest prefix, then the lowest priority number.</summary>
/// <param name="Id">Unique name, at most 60 characters.</param>
/// <param name="TenantId">Only this tenant's messages; null for all.</param>
/// <param name="Sender">Only messages from this sender; null for all.</param>
/// <param name="Prefix">Digits that the destination begins with; empty for all.</param>
/// <param name="Priority">Lower goes first; the next is tried when the carrier is down or unavailable.</param>
/// <param name="Weight">Share among routes of the same match and priority, 1 to 1,000.</param>
/// <param name="CarrierId">Where it leads.</param>
public sealed record Route(string Id, string? TenantId, string? Sender, string Prefix, int Priority, int Weight, string CarrierId);
