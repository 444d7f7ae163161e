using System.Diagnostics;
using Parley.Platform;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The spans of a message. Its trace id is the message's own id, so nothing has to be carried along: whatever happens to
/// it, on any node and after any restart, lands in the same trace (W3C Trace Context; an id is 128 bits as a trace id is).
/// The request that brought it has its own trace, which the first span links to.
/// </summary>
public static class MessageTrace
{
    private static readonly ActivitySource Spans = new("Parley.Messages");

    /// <summary>True while somebody collects spans; all else costs nothing before.</summary>
    public static bool On => Spans.HasListeners();

    /// <summary>The place in a message's trace under which its spans stand.</summary>
    public static ActivityContext Of(string messageId) => !Ids.IsId(messageId) ? default : new(
        ActivityTraceId.CreateFromString(messageId),
        ActivitySpanId.CreateFromString(messageId.AsSpan(Ids.Length / 2)),
        ActivityTraceFlags.Recorded,
        isRemote: true);

    /// <summary>The message was committed; called in the request that brought it.</summary>
    public static void Accepted(Message message)
    {
        if (!On) return;
        ActivityLink[] links = Activity.Current is { } request ? [new(request.Context)] : [];
        using var span = Spans.StartActivity(
            ActivityKind.Server, Of(message.Id), Tags(message.Id, ("parley.parts", message.Parts)), links,
            Micros.ToTime(message.AcceptedAt), "accept");
    }

    /// <summary>A carrier answered a part.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="since">When it was handed to the carrier.</param>
    /// <param name="carrierId">The carrier.</param>
    /// <param name="part">From 0.</param>
    /// <param name="refusal">Its command_status; 0 when it took the part.</param>
    public static void Submitted(string messageId, DateTimeOffset since, string carrierId, int part, uint refusal)
    {
        if (!On) return;
        using var span = Spans.StartActivity(
            ActivityKind.Client, Of(messageId),
            Tags(messageId, ("parley.carrier", carrierId), ("parley.part", part + 1)), [], since, "submit");
        if (refusal != 0) span?.SetStatus(ActivityStatusCode.Error, $"command_status 0x{refusal:X8}");
    }

    /// <summary>A receipt for a part was committed.</summary>
    public static void Receipted(string messageId, string carrierId, int part, string state)
    {
        if (!On) return;
        using var span = Spans.StartActivity(
            ActivityKind.Server, Of(messageId),
            Tags(messageId, ("parley.carrier", carrierId), ("parley.part", part + 1), ("parley.receipt", state)),
            [], default, "receipt");
    }

    private static IEnumerable<KeyValuePair<string, object?>> Tags(
        string messageId, params (string Name, object Value)[] more) =>
        more.Select(tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))
            .Prepend(new("messaging.message.id", messageId));
}
