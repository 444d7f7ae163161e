using Parley.Platform;
using Parley.Platform.Storage;
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
    private readonly Credit _credit;
    private readonly MessageVault _vault;

    internal ReplaceMessage(MessageTracker tracker, TimeProvider time, Credit credit, MessageVault vault) =>
        (_tracker, _time, _credit, _vault) = (tracker, time, credit, vault);

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
        var charged = old.Charged is null ? null : _credit.PriceOf(integration.Tenant, old.To, parts.Value);
        var step = new ReplaceStep(target, _credit, old, old with
        {
            Content = content,
            SealedText = old.SealedText is null ? null : _vault.Seal(content.Text, old.Id),
            Parts = parts.Value,
            ScheduledAt = scheduled,
            DeadlineAt = deadline,
            Told = by.Told ?? old.Told,
            Charged = charged ?? old.Charged,
        });
        _tracker.Add(step);
        return await step.Ended.WaitAsync(cancel);
    }
}

/// <summary>The content of a waiting message becomes another.</summary>
/// <param name="target">The message.</param>
/// <param name="credit">Books what the other content costs more or less.</param>
/// <param name="old">What the replacement was made of: another one that was quicker makes this one void.</param>
/// <param name="replacement">The message as it is to be.</param>
internal sealed class ReplaceStep(Tracked target, Credit credit, Message old, Message replacement) : Step(target)
{
    private readonly TaskCompletionSource<Refusal?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private const int MostReadings = 3;
    private Refusal? _refusal;
    private int _readings;
    private long _readAt;

    /// <summary>Null when it was replaced.</summary>
    public Task<Refusal?> Ended => _ended.Task;

    public override bool Apply(StepRun run, MessageState draft)
    {
        _refusal = NotReplaceable;
        if (!MessageStore.Stands(run.Tx, draft.Id, draft.Version - 1))
        {
            // Somebody else has written it, or this very step has, and the answer to its commit was lost: it is read again.
            if (_readAt != draft.Version) (_readAt, _readings) = (draft.Version, _readings + 1);
            return _readings < MostReadings;
        }
        if (_readings > 0 && Target.Message.IsAs(replacement))
        {
            _refusal = null;
            return false;
        }
        // What the dispatcher or a carrier has in hand can't be called back.
        var waits = draft is
        { Owed: Owed.Nothing, Submitted: 0, Status: MessageStatus.Queued or MessageStatus.Scheduled };
        if (!waits || !Target.Message.IsAs(old) || !run.ReplacesFirst(draft.Id)) return false;
        _refusal = Pays(run.Tx, draft) ? null : MessageRefusals.NoCredit;
        if (_refusal is not null) return false;
        MessageStore.Replace(run.Tx, replacement);
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
        if (_refusal is null) Target.Message = replacement;
        _ended.TrySetResult(_refusal);
    }

    private Refusal NotReplaceable => new(
        MessageRefusals.NotReplaceable, "A carrier has the message, or it has ended.", Target.Message.Id);

    /// <summary>The difference is charged or given back; false when the account does not cover it.</summary>
    private bool Pays(Tx tx, MessageState draft)
    {
        var more = (replacement.Charged ?? 0) - (old.Charged ?? 0);
        var id = $"{draft.Id}:{draft.Version}";
        if (more < 0) credit.Accounts.Return(tx, [new(id, replacement.TenantId, -more)]);
        if (more <= 0) return true;
        var charge = new MessageCharge(id, replacement.TenantId, more);
        credit.Accounts.Charge(tx, [charge]);
        return charge.Fits;
    }

    public override void Lost(Exception error) => _ended.TrySetException(error);
}
