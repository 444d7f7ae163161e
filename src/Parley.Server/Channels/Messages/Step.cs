using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>One change of one message. Several steps of a message in one flush are applied in order and written once.</summary>
internal abstract class Step(Tracked target) : BatchWork
{
    /// <summary>The message as memory holds it for this step, once the step is under way.</summary>
    public Tracked Target { get; set; } = target;

    public override int Lane => Target.Lane;

    /// <summary>A step records what the world did; it waits for the database however long that takes.</summary>
    public override bool Patient => true;

    /// <summary>Changes the draft; answers whether it did. It may run again on a fresh draft when the flush failed.</summary>
    public abstract bool Apply(StepRun run, MessageState draft);

    /// <summary>After the commit.</summary>
    public virtual void Done()
    {
    }

    /// <summary>It will not be written.</summary>
    public virtual void Lost(Exception error) => Target.StepFailed(this, error);

    public sealed override void Committed()
    {
        if (!Target.Saved)
        {
            Target.Conflicts(this);
            return;
        }
        Done();
        Target.Advance();
        Target.Release();
    }

    public sealed override void Failed(Exception error)
    {
        Lost(error);
        Target.Release();
    }
}

/// <summary>What the steps of one flush share: the time, and the rows they add.</summary>
internal sealed class StepRun(Tx tx, long now, string node, TenantDirectory tenants)
{
    private static long _latest;
    private HashSet<string>? _replaced;
    private List<(Tracked Target, ReceiptArrival Receipt)>? _takenUp;

    /// <summary>From 1; no other flush of this process has it.</summary>
    public long Number { get; } = Interlocked.Increment(ref _latest);

    public Tx Tx => tx;

    public long Now => now;

    public string Node => node;

    public List<MessageStore.Part> Parts { get; } = [];

    public List<MessageStore.Note> Notes { get; } = [];

    /// <summary>Paid messages that ended and that no carrier has, by their ids.</summary>
    public Dictionary<string, Tracked>? Unsent { get; private set; }

    /// <summary>Paid messages that a carrier may have without our knowing.</summary>
    public HashSet<string>? MayHaveLeft { get; private set; }

    public void Note(MessageState draft, string what, string detail)
    {
        var id = $"{now:D17}-{Notes.Count:D5}-{node[^6..]}";
        Notes.Add(new(draft.Id, id, now, what, detail.Length <= 500 ? detail : detail[..500]));
    }

    /// <summary>The message is with the carrier.</summary>
    public void Sent(Tracked target, MessageState draft)
    {
        draft.Status = MessageStatus.SentToSupplier;
        draft.ChangedAt = now;
        draft.SubmittedAt = now;
        draft.Owed &= ~Owed.Send;
        if (Wanted(target).HasFlag(Told.Sent)) draft.Owed |= Owed.TellSent;
    }

    /// <summary>True for the first replacement of a message in this flush: a second one was made of what no more is.</summary>
    public bool ReplacesFirst(string messageId) => (_replaced ??= []).Add(messageId);

    /// <summary>A receipt that was kept until its message was known has served, once the step is written.</summary>
    public void TakesUp(Tracked target, ReceiptArrival receipt) => (_takenUp ??= []).Add((target, receipt));

    /// <summary>Takes away the kept receipts of steps that are written; another node may have been faster with their messages.</summary>
    public void DropTakenUp()
    {
        if (_takenUp is null) return;
        // After a question it is known which of the rows that were to be written have been.
        tx.First<long>("SELECT 1");
        foreach (var (target, receipt) in _takenUp)
            if (target.Saved) UnmatchedReceiptStore.Delete(tx, receipt.CarrierId, receipt.CarrierMessageId);
    }

    /// <summary>What the message cost is given back, unless it may have left before.</summary>
    public void NeverLeft(Tracked target) => (Unsent ??= [])[target.Message.Id] = target;

    /// <summary>What the message cost is not given back, however it ends.</summary>
    public void MayLeave(Tracked target)
    {
        if (target.Message.Charged > 0) (MayHaveLeft ??= []).Add(target.Message.Id);
    }

    /// <summary>The message reaches its final status; nothing follows.</summary>
    /// <param name="target">The message.</param>
    /// <param name="draft">Its row.</param>
    /// <param name="status">How it ends.</param>
    /// <param name="error">Why.</param>
    /// <param name="inHand">True when this node had it to send, and no carrier has it now.</param>
    public void Finish(Tracked target, MessageState draft, MessageStatus status, string? error, bool inHand = false)
    {
        // What waits in its row is with nobody; what is to be sent is where its owner says.
        if (target.Message.Charged > 0 && draft.Submitted == 0
            && (!draft.Owed.HasFlag(Owed.Send) || (inHand && draft.Owner == node))) NeverLeft(target);
        draft.Status = status;
        draft.ChangedAt = now;
        draft.FinalAt = now;
        draft.Error = error;
        draft.Owed &= ~Owed.Send;
        // Another node that is telling of the step before goes on with this one.
        if (!draft.Owed.HasFlag(Owed.TellSent) || draft.Owner is null) draft.Owner = node;
        var ended = status == MessageStatus.DeviceAck ? Told.Delivered : Told.Failed;
        if (Wanted(target).HasFlag(ended)) draft.Owed |= Owed.TellFinal;
        Release(draft);
    }

    /// <summary>A final row of which nothing is owed is nobody's any more, and nobody needs to look at it.</summary>
    public static void Release(MessageState draft)
    {
        if (draft is { Final: true, Owed: Owed.Nothing }) (draft.Owner, draft.DueAt) = (null, null);
    }

    /// <summary>What its owner wants to hear, as far as there is a way to tell him.</summary>
    private Told Wanted(Tracked target)
    {
        var message = target.Message;
        if (message.Door == Door.Own) return Told.Nothing;
        if (message.Door == Door.Smpp) return message.Told ?? Told.Nothing;
        if (tenants.ById(message.IntegrationId) is not { Status.Url.Length: > 0 } integration) return Told.Nothing;
        return message.Told
            ?? (integration.StatusEvents == StatusEvents.All ? Told.All : Told.Delivered | Told.Failed);
    }
}
