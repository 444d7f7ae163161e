using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// A message that this node holds in memory: its row as last committed, and the carrier's view of it. The row changes only on the batcher's thread;
/// carriers report from theirs, which becomes a step.
/// </summary>
internal sealed class Tracked(MessageTracker tracker, Message message, MessageState state) : Submission
{
    private ulong _answered = state.Submitted;
    private volatile bool _stopped;
    private bool _dispatched;

    /// <summary>As it was accepted, or as its owner replaced it while no carrier had it.</summary>
    public Message Message { get; set; } = message;

    /// <summary>The row as committed.</summary>
    public MessageState State { get; set; } = state;

    /// <summary>The row as the flush under way will leave it.</summary>
    public MessageState Draft { get; set; } = state;

    /// <summary>The number of the flush that <see cref="Draft"/> belongs to; the flush itself would keep alive what it wrote.</summary>
    public long Run { get; set; }

    public bool Changed { get; set; }

    public bool Saved { get; set; }

    /// <summary>Steps that work on it; the memory's own, as what follows.</summary>
    public int Holds { get; set; }

    /// <summary>True while memory doesn't have this object: it was packed, forgotten, or made of a row and not yet worked on.</summary>
    public bool IsOutside { get; set; }

    /// <summary>True while it stands in the line of those that wait for receipts.</summary>
    public bool Waits { get; set; }

    public Tracked? WaitsBehind { get; set; }

    public Tracked? WaitsBefore { get; set; }

    /// <summary>True while the dispatcher or a carrier has it.</summary>
    public bool Dispatched => Volatile.Read(ref _dispatched);

    /// <summary>True for the first who asks: the dispatcher gets it once.</summary>
    public bool Dispatch() => !Interlocked.Exchange(ref _dispatched, true);

    /// <summary>Neither the dispatcher nor a carrier has it any more.</summary>
    public void IsBack() => Volatile.Write(ref _dispatched, false);

    /// <summary>The change that the subscriber has and has not settled yet.</summary>
    public StatusChange? Handed { get; set; }

    /// <summary>Carriers that gave it back since it was last put in the queue.</summary>
    public List<string>? Tried { get; set; }

    /// <summary>The carrier that has it; set by the dispatcher.</summary>
    public string CarrierId { get; set; } = state.CarrierId ?? "";

    /// <summary>The carrier that answered a part, from that moment on, also while its row does not say so yet.</summary>
    public string? TakenBy { get; private set; } = state.Submitted != 0 ? state.CarrierId : null;

    /// <summary>When that was, for its span; kept only while spans are collected.</summary>
    public DateTimeOffset OfferedAt { get; set; }

    public int PlannedParts { get; private set; } = state.Parts;

    /// <summary>What the parts' headers call the message in the plan made last; null for one part.</summary>
    public int? PlannedReference { get; private set; } = state.Reference;

    public override int? Reference => TakenBy is null ? null : PlannedReference;

    /// <summary>The ids that its carrier gave its parts.</summary>
    public PartIds PartIds { get; set; }

    /// <summary>
    /// The batcher's lane: the last digits of the id are random, so lanes fill evenly. What is paid from an account goes by its
    /// tenant: two writers that book for one would only take each other back.
    /// </summary>
    public int Lane => Message.Charged is null
        ? Convert.ToInt32(Message.Id[^2..], 16) : Message.TenantId.GetHashCode(StringComparison.Ordinal);

    public override string MessageId => Message.Id;

    public override string From => Message.From;

    public override string To => Message.To;

    public override SmsContent Content => Message.Content;

    public override int Priority => Message.Priority;

    public override long DeadlineAt => Message.DeadlineAt;

    /// <summary>True once a carrier took a part, also while its row does not say so yet.</summary>
    public bool Taken => Volatile.Read(ref _answered) != 0;

    public override ulong PartsToSend => _stopped ? 0 : ~Volatile.Read(ref _answered);

    /// <summary>Nothing more of it is to be sent.</summary>
    public void Stop() => _stopped = true;

    public override void Planned(int parts, int? reference) => (PlannedParts, PlannedReference) = (parts, reference);

    public override void PartAccepted(int part, string carrierMessageId)
    {
        TakenBy = CarrierId;
        Interlocked.Or(ref _answered, 1UL << part);
        MessageTrace.Submitted(Message.Id, OfferedAt, CarrierId, part, refusal: 0);
        tracker.PartAccepted(this, part, CarrierId, carrierMessageId);
    }

    public override void PartRefused(int part, uint commandStatus, int status, Func<bool> noneOut)
    {
        Stop();
        MessageTrace.Submitted(Message.Id, OfferedAt, CarrierId, part, commandStatus);
        tracker.Add(new PartRefusedStep(this, part, commandStatus, (MessageStatus)status, noneOut));
    }

    /// <summary>Hands on what is owed next.</summary>
    public void Advance() => tracker.Advance(this);

    /// <summary>Another node wrote the row since this one read it: read it again, then take the step again.</summary>
    public void Conflicts(Step step) => tracker.Conflicts(this, step);

    public void StepFailed(Step step, Exception error) => tracker.StepFailed(step, error);

    /// <summary>Another step of it after a while.</summary>
    public void AddLater(Step step, TimeSpan wait) => tracker.AddLater(step, wait);

    /// <summary>A step is through with it.</summary>
    public void Release() => tracker.Release(this);

    public override void GivenBack(Returned why, bool mayRepeat) => tracker.GivenBack(this, why, mayRepeat);
}
