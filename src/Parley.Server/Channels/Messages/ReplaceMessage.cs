using Parley.Platform;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>What of a waiting message is to be another; what is null stays.</summary>
public sealed record Replacement
{
    /// <summary>Makes the new content, knowing the old one.</summary>
    public required Func<SmsContent, SmsContent> Content { get; init; }

    /// <summary>The sender that the message must have; empty for any.</summary>
    public string From { get; init; } = "";

    /// <summary>Microseconds UTC.</summary>
    public long? ScheduledAt { get; init; }

    /// <summary>When it is not worth sending any more, microseconds UTC.</summary>
    public long? DeadlineAt { get; init; }

    public Told? Told { get; init; }
}

/// <summary>Gives a message that no carrier has yet another content; its id stays.</summary>
public sealed class ReplaceMessage
{
    private readonly MessageTracker _tracker;
    private readonly TimeProvider _time;

    internal ReplaceMessage(MessageTracker tracker, TimeProvider time) => (_tracker, _time) = (tracker, time);

    /// <summary>Null when it was replaced, committed; else why not.</summary>
    /// <param name="integration">Whose message it must be.</param>
    /// <param name="messageId">The message.</param>
    /// <param name="by">What changes.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<Refusal?> Run(
        Integration integration, string messageId, Replacement by, CancellationToken cancel)
    {
        if (!Ids.IsId(messageId) || await _tracker.Load(messageId, cancel) is not { } target
            || target.Message.IntegrationId != integration.Id || (by.From.Length > 0 && by.From != target.Message.From))
            return new Refusal(MessageRefusals.Unknown, "There is no such message.", messageId);
        var old = target.Message;
        var content = by.Content(old.Content);
        var parts = SmsRules.Parts(content, integration.MaxParts);
        if (!parts.Ok) return parts.Refusal;
        var now = _time.NowMicros();
        var asNew = new NewMessage { To = old.To, Content = content, ScheduledAt = by.ScheduledAt };
        if (SmsRules.Times(asNew, now) is { } badTime) return badTime;
        var scheduled = by.ScheduledAt > now ? by.ScheduledAt : by.ScheduledAt is null ? old.ScheduledAt : null;
        var validity = old.DeadlineAt - (old.ScheduledAt ?? old.AcceptedAt);
        var deadline = by.DeadlineAt ?? (by.ScheduledAt is null ? old.DeadlineAt : (scheduled ?? now) + validity);
        if (deadline <= (scheduled ?? now))
            return MessageRefusals.Parameter("validityPeriod", "The validity period is over before it begins.");
        var step = new ReplaceStep(target, old with
        {
            Content = content,
            Parts = parts.Value,
            ScheduledAt = scheduled,
            DeadlineAt = deadline,
            Told = by.Told ?? old.Told,
        });
        _tracker.Add(step);
        return await step.Ended.WaitAsync(cancel) ? null
            : new Refusal(MessageRefusals.NotReplaceable, "A carrier has the message, or it has ended.", messageId);
    }
}

/// <summary>The content of a waiting message becomes another.</summary>
internal sealed class ReplaceStep(Tracked target, Message replacement) : Step(target)
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _replaced;

    public Task<bool> Ended => _ended.Task;

    public override bool Apply(StepRun run, MessageState draft)
    {
        _replaced = false;
        // What the dispatcher or a carrier has in hand can't be called back.
        var waits = draft is
        { Owed: Owed.Nothing, Submitted: 0, Status: MessageStatus.Queued or MessageStatus.Scheduled };
        if (!waits || !MessageStore.Replace(run.Tx, replacement, draft.Version - 1)) return false;
        _replaced = true;
        if (replacement.ScheduledAt is { } at && at > run.Now)
        {
            if (draft.Status != MessageStatus.Scheduled) draft.ChangedAt = run.Now;
            (draft.Status, draft.DueAt) = (MessageStatus.Scheduled, at);
        }
        else if (draft.Status == MessageStatus.Scheduled)
        {
            draft.DueAt = run.Now;
        }
        run.Note(draft, "replaced", $"{replacement.Parts} part(s)");
        return true;
    }

    public override void Done()
    {
        if (_replaced) Target.Message = replacement;
        _ended.TrySetResult(_replaced);
    }

    public override void Failed(Exception error) => _ended.TrySetException(error);
}
