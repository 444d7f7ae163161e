using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>The carrier took a part.</summary>
internal sealed class PartSubmittedStep(
    Tracked target, int part, (int Parts, int? Reference) plan, string carrierId, string carrierMessageId) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        run.Parts.Add(new(carrierId, carrierMessageId, draft.Id, part));
        draft.CarrierId = carrierId;
        (draft.Parts, draft.Reference) = plan;
        draft.Submitted |= 1UL << part;
        draft.CarrierMessageIds = draft.CarrierMessageIds is null ? carrierMessageId : $"{draft.CarrierMessageIds} {carrierMessageId}";
        if (draft.Final || draft.Submitted != MessageState.AllParts(plan.Parts)) return true;
        run.Sent(Target, draft);
        // All receipts were quicker than this answer.
        if (draft.Delivered == draft.Submitted) run.Finish(Target, draft, MessageStatus.DeviceAck, null);
        return true;
    }
}

/// <summary>The carrier refused a part for good: the message has failed.</summary>
internal sealed class PartRefusedStep(
    Tracked target, int part, uint commandStatus, MessageStatus status, Func<bool> noneOut) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        var never = noneOut() && !Target.Taken;
        if (draft.Final)
        {
            // Of several parts the last refusal tells that none was taken.
            if (never && draft.Submitted == 0 && Target.Message.Charged > 0) run.NeverLeft(Target);
            return false;
        }
        draft.CarrierId = Target.CarrierId;
        draft.Parts = Target.PlannedParts;
        run.Finish(Target, draft, status, $"part {part + 1} refused with command_status 0x{commandStatus:X8}", never);
        return true;
    }
}

/// <summary>A receipt for a part. The carrier is answered after the commit.</summary>
internal sealed class ReceiptStep(Tracked target, int part, ReceiptArrival receipt, bool early) : Step(target)
{
    public override bool Pressing => receipt.Pressing;

    public override bool Apply(StepRun run, MessageState draft)
    {
        if (early) run.TakesUp(Target, receipt);
        if (receipt.State is ReceiptState.Enroute or ReceiptState.Accepted) return false;
        if (draft.Final)
        {
            var repeated = receipt.State == ReceiptState.Delivered && draft.Status == MessageStatus.DeviceAck;
            if (!repeated) run.Note(draft, "receipt-late", $"part {part + 1}: {receipt.State} after {draft.Status.Name()}");
            return false;
        }
        if (receipt.State == ReceiptState.Delivered)
        {
            draft.Delivered |= 1UL << part;
            if (draft.Parts > 0 && draft.Delivered == MessageState.AllParts(draft.Parts)) run.Finish(Target, draft, MessageStatus.DeviceAck, null);
            return true;
        }
        var status = receipt.State == ReceiptState.Expired ? MessageStatus.Expired : MessageStatus.DeliveryFailure;
        run.Finish(Target, draft, status, $"part {part + 1}: {receipt.State}, error {receipt.Error ?? "not given"}");
        return true;
    }

    public override void Done()
    {
        receipt.Acknowledge(true);
        MessageTrace.Receipted(Target.Message.Id, receipt.CarrierId, part, receipt.State.ToString());
    }

    public override void Lost(Exception error)
    {
        receipt.Acknowledge(false);
        base.Lost(error);
    }
}

/// <summary>No carrier takes it now: it waits in its row until a time, and leaves memory.</summary>
internal sealed class WaitStep(Tracked target, long until, string? note, bool countsAsAttempt) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.Final || !draft.Owed.HasFlag(Owed.Send)) return false;
        draft.Owed &= ~Owed.Send;
        draft.Owner = null;
        draft.DueAt = Math.Min(until, Target.Message.DeadlineAt);
        if (countsAsAttempt) draft.Attempts++;
        if (note is not null) run.Note(draft, "waiting", note);
        return true;
    }

    public override void Done() => Target.IsBack();
}

/// <summary>Something worth keeping in the timeline happened on the way: a re-route, a possible repeat.</summary>
internal sealed class NoteStep(Tracked target, string what, string detail, bool mayHaveLeft = false) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (mayHaveLeft) run.MayLeave(Target);
        run.Note(draft, what, detail);
        return false;
    }
}

/// <summary>
/// A row that is this node's since a restart, or since another node is gone, is taken up. It is written, so that it is taken up as
/// it stands and not as it was read: meanwhile it may have been done.
/// </summary>
internal sealed class RecoverStep(Tracked target) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.Owed == Owed.Nothing || draft.Owner != run.Node) return false;
        if (draft.Owed.HasFlag(Owed.Send)) run.MayLeave(Target);
        run.Note(draft, "recovered", draft.Owed.HasFlag(Owed.Send)
            ? "taken up again; a part in flight at the time may be repeated" : "taken up again; its callback may be repeated");
        return true;
    }
}

/// <summary>There is no way to the recipient.</summary>
internal sealed class UnroutableStep(Tracked target) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.Final) return false;
        run.Finish(Target, draft, MessageStatus.RoutingError, "no route leads to the recipient", inHand: true);
        return true;
    }
}

/// <summary>Its time has come, and something stands against it now: the recipient has opted out or was blocked meanwhile.</summary>
internal sealed class ForbiddenStep(Tracked target, MessageStatus status, string why) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.Final || draft.Submitted != 0) return false;
        run.Finish(Target, draft, status, why, inHand: true);
        return true;
    }
}

/// <summary>The row's time has come: a schedule, a wait, or the deadline.</summary>
internal sealed class DueStep(Tracked target) : Step(target)
{
    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.DueAt is not { } due || due > run.Now) return false;
        if (draft.Final)
        {
            draft.DueAt = null;
            return true;
        }
        var lastReceipt = Target.Message.DeadlineAt + MessageTracker.ReceiptGrace;
        // Also when a carrier has it and its row is to say so in a moment: the database may have been away.
        var isTaken = draft.Status == MessageStatus.SentToSupplier || (draft.Submitted == 0 && Target.Taken);
        if (isTaken && run.Now < lastReceipt)
        {
            draft.DueAt = lastReceipt;
            return true;
        }
        if (run.Now >= Target.Message.DeadlineAt)
        {
            var error = draft.Status == MessageStatus.SentToSupplier ? "no receipt came within the validity period" : "validity period ended before it was sent";
            run.Finish(Target, draft, MessageStatus.Expired, error);
            return true;
        }
        if (draft.Status == MessageStatus.Scheduled) draft.ChangedAt = run.Now;
        draft.Status = MessageStatus.Queued;
        draft.Owed |= Owed.Send;
        draft.Owner = run.Node;
        draft.DueAt = Target.Message.DeadlineAt;
        return true;
    }
}

/// <summary>Somebody stops a message that no carrier has yet.</summary>
internal sealed class CancelStep(Tracked target, MessageStatus status, string by) : Step(target)
{
    private readonly TaskCompletionSource<MessageStatus> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The status after the step: the given one exactly when the message was stopped.</summary>
    public Task<MessageStatus> Result => _done.Task;

    public override bool Apply(StepRun run, MessageState draft)
    {
        if (draft.Final || draft.Submitted != 0 || draft.Status == MessageStatus.SentToSupplier) return false;
        // What a carrier's queue or window holds, here or at another node, can't be called back; its answer would contradict us.
        if (draft.Owed.HasFlag(Owed.Send) && (Target.Dispatched || draft.Owner != run.Node)) return false;
        run.Finish(Target, draft, status, $"stopped by {by}");
        return true;
    }

    public override void Done() => _done.TrySetResult(Target.State.Status);

    public override void Lost(Exception error) => _done.TrySetException(error);
}

/// <summary>The subscriber has told the change, or taken it over.</summary>
internal sealed class SettleStep(
    Tracked target, StatusChange change, Action<Tx>? beside, Action? committed, int failures = 0) : Step(target)
{
    private const int MostDoublings = 10;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    public override bool Apply(StepRun run, MessageState draft)
    {
        var final = change.Status.IsFinal();
        var owed = final ? Owed.TellFinal : Owed.TellSent;
        if (!draft.Owed.HasFlag(owed)) return false;
        beside?.Invoke(run.Tx);
        draft.Owed &= ~owed;
        if (beside is not null) draft.Behind = true;
        else if (final) draft.FinalToldAt = run.Now;
        else draft.SentToldAt = run.Now;
        StepRun.Release(draft);
        return true;
    }

    public override void Done()
    {
        if (ReferenceEquals(Target.Handed, change)) Target.Handed = null;
        committed?.Invoke();
    }

    public override void Lost(Exception error)
    {
        // It was told, or taken over, all the same: that is written again, not told again.
        Target.AddLater(
            new SettleStep(Target, change, beside, committed, failures + 1),
            FirstWait * (1 << Math.Min(failures, MostDoublings)));
        base.Lost(error);
    }
}
