using System.Data.Common;
using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The messages that this node works on, and the one place where their rows change.
/// </summary>
internal sealed partial class MessageTracker
{
    /// <summary>How long after its validity a message still waits for the carrier's receipt, in microseconds.</summary>
    public const long ReceiptGrace = 10 * Micros.PerMinute;

    private static readonly TimeSpan ReloadAgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Node _node;
    private readonly TenantDirectory _tenants;
    private readonly StatusFeed _feed;
    private readonly MessageMeter _meter;
    private readonly Credit _credit;
    private readonly MessageVault _vault;
    private readonly ILogger<MessageTracker> _log;
    private readonly BatchOperation<Step> _steps;
    private readonly MessageMemory _memory;

    public MessageTracker(
        Database database, TimeProvider time, Node node, TenantDirectory tenants, StatusFeed feed, MessageMeter meter,
        Credit credit, MessageVault vault, ILogger<MessageTracker> log)
    {
        (_credit, _vault) = (credit, vault);
        (_database, _time, _node, _tenants, _feed, _meter, _log) = (database, time, node, tenants, feed, meter, log);
        _memory = new((message, state) => new Tracked(this, message, state));
        _steps = new BatchOperation<Step>(200, Write);
        feed.Connect((change, beside, committed) => Add(new SettleStep((Tracked)change.Token, change, beside, committed)));
    }

    /// <summary>Puts a message on its way: set by the dispatcher.</summary>
    public Action<Tracked> Send { get; set; } = static _ => { };

    /// <summary>A carrier gave a message back: set by the dispatcher.</summary>
    public Action<Tracked, Returned, bool> GivenBack { get; set; } = static (_, _, _) => { };

    /// <summary>A part got its carrier's id; receipts that came before it are waiting for this.</summary>
    public Action<Tracked, int, string, string> PartIndexed { get; set; } = static (_, _, _, _) => { };

    /// <summary>Messages in memory, those that only wait for receipts hardly counted.</summary>
    public int Count => _memory.Count;

    public void Add(Step step) => Again(Held(step));

    public void Add(Tracked message) => Advance(_memory.Add(message));

    public void Release(Tracked message) => _memory.Release(message);

    public Tracked? Find(string id) => _memory.Find(id);

    public (Tracked Message, int Part)? Find(string carrierId, string carrierMessageId) =>
        _memory.Find(carrierId, carrierMessageId);

    /// <summary>The message of a row for a step: from memory when it is there, else memory has it once the step is added.</summary>
    public Tracked Track(MessageRow row) =>
        Find(row.Id) ?? new Tracked(this, _vault.Open(row), row.ToState()) { IsOutside = true };

    /// <summary>Takes up a row that is this node's, after a restart or from a node that is gone.</summary>
    public void Recover(MessageRow row)
    {
        var step = new RecoverStep(Track(row));
        step.Target = _memory.Hold(step.Target);
        // Memory may still have it as another node's.
        if (step.Target.State.Owner == _node.Id) Again(step);
        else Conflicts(step.Target, step);
    }

    /// <summary>The message from memory or from the database.</summary>
    public async Task<Tracked?> Load(string id, CancellationToken cancel)
    {
        if (Find(id) is { } known) return known;
        var rows = await _database.Read(c => MessageStore.Load(c, [id]), cancel);
        return rows.Count == 0 ? null : Track(rows[0]);
    }

    public void PartAccepted(Tracked message, int part, string carrierId, string carrierMessageId)
    {
        _memory.Index(message, part, carrierId, carrierMessageId);
        Add(new PartSubmittedStep(
            message, part, (message.PlannedParts, message.PlannedReference), carrierId, carrierMessageId));
        PartIndexed(message, part, carrierId, carrierMessageId);
    }

    public void AddLater(Step step, TimeSpan wait) => _ = Task.Run(async () =>
    {
        await Task.Delay(wait, _time);
        // Once the server has stopped, the next start takes up what is owed.
        if (!_database.Add(_steps, Held(step))) _memory.Release(step.Target);
    });

    public void Conflicts(Tracked message, Step step) => _ = Task.Run(async () =>
    {
        while (!await Reloaded(message)) await Task.Delay(ReloadAgainAfter, _time);
        Again(step);
    });

    private async Task<bool> Reloaded(Tracked message)
    {
        try
        {
            var rows = await _database.Read(c => MessageStore.Load(c, [message.Message.Id]), CancellationToken.None);
            // Another commit of this node's may have been quicker than the read; a new owner has no version of its own.
            if (rows is [var row] && (row.Version > message.State.Version || row.Owner != message.State.Owner))
                (message.Message, message.State) = (_vault.Open(row), row.ToState());
            if (message.State.Final) message.Stop();
            return true;
        }
        catch (InvalidOperationException)
        {
            // The server has stopped; the next start takes up what is owed.
            return true;
        }
        catch (Exception error)
        {
            ReloadFailed(_log, message.Message.Id, error.Message);
            return false;
        }
    }

    public void StepFailed(Step step, Exception error) => StepLost(_log, step.GetType().Name, step.Target.Message.Id, error.Message);

    private Step Held(Step step)
    {
        step.Target = _memory.Hold(step.Target);
        return step;
    }

    /// <summary>A step whose message is held for it already.</summary>
    private void Again(Step step) => Invariant.Holds(_database.Add(_steps, step));

    private void Write(Tx tx, IReadOnlyList<Step> steps)
    {
        var run = new StepRun(tx, _time.NowMicros(), _node.Id, _tenants);
        var touched = new List<Tracked>(steps.Count);
        foreach (var step in steps)
        {
            var target = step.Target;
            if (target.Run != run.Number)
            {
                target.Run = run.Number;
                target.Draft = target.State with { Version = target.State.Version + 1 };
                target.Changed = false;
                touched.Add(target);
            }
            target.Changed |= step.Apply(run, target.Draft);
        }
        foreach (var target in touched) target.Saved = !target.Changed;
        MessageStore.Update(tx, [.. touched.Where(t => t.Changed)], static t => t.Saved = true);
        run.DropTakenUp();
        ReturnCharges.Write(tx, run, _credit);
        MessageStore.Insert(tx, run.Parts);
        MessageStore.Insert(tx, run.Notes);
        tx.AfterCommit(() =>
        {
            foreach (var target in touched)
            {
                if (target is not { Changed: true, Saved: true }) continue;
                if (target.State.FinalAt is null && target.Draft.FinalAt is not null)
                {
                    target.Stop();
                    _meter.HasFinished(target.Draft.Status);
                }
                target.State = target.Draft;
            }
        });
    }

    /// <summary>Hands on what the committed row owes next. On the batcher's thread.</summary>
    public void Advance(Tracked message)
    {
        var state = message.State;
        if (state.Owed != Owed.Nothing && state.Owner != _node.Id)
        {
            // Another node's to do.
            _memory.Forget(message);
            return;
        }
        if (state.Owed.HasFlag(Owed.Send))
        {
            if (message.Dispatch()) Send(message);
            return;
        }
        if (message.Handed is null && (state.Owed & (Owed.TellSent | Owed.TellFinal)) != 0) Hand(message, state);
        if (state.Owed != Owed.Nothing) return;
        if (state.Status == MessageStatus.SentToSupplier) _memory.Await(message);
        else _memory.Forget(message);
    }

    private void Hand(Tracked message, MessageState state)
    {
        var sent = state.Owed.HasFlag(Owed.TellSent);
        message.Handed = new StatusChange
        {
            MessageId = message.Message.Id,
            IntegrationId = message.Message.IntegrationId,
            ClientMessageId = message.Message.ClientMessageId,
            To = message.Message.To,
            From = message.Message.From,
            Status = sent ? MessageStatus.SentToSupplier : state.Status,
            At = (sent ? state.SubmittedAt : state.FinalAt) ?? state.ChangedAt,
            Sequence = sent ? 1 : 2,
            Behind = state.Behind,
            Message = message.Message,
            Parts = state.Parts > 0 ? state.Parts : message.Message.Parts,
            Error = state.Error,
            Token = message,
        };
        _feed.Hand(message.Handed);
    }

    [LoggerMessage(LogLevel.Error, "Step {Step} of message {MessageId} was not written: {Reason}")]
    private static partial void StepLost(ILogger log, string step, string messageId, string reason);

    [LoggerMessage(LogLevel.Warning, "Message {MessageId} could not be read again: {Reason}")]
    private static partial void ReloadFailed(ILogger log, string messageId, string reason);
}
