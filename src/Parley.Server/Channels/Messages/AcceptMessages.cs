using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>Takes what a door brings: validates, commits, answers, and sends on.</summary>
public sealed class AcceptMessages
{
    private readonly Database _database;
    private readonly Ids _ids;
    private readonly TimeProvider _time;
    private readonly Node _node;
    private readonly MessageTracker _tracker;
    private readonly Dispatcher _dispatcher;
    private readonly MessageMeter _meter;
    private readonly Screening _screening;
    private readonly Credit _credit;
    private readonly MessageVault _vault;
    private readonly BatchOperation<AcceptWork> _accept;

    internal AcceptMessages(
        Database database, Ids ids, TimeProvider time, Node node, MessageTracker tracker, Dispatcher dispatcher,
        MessageMeter meter, Screening screening, Credit credit, MessageVault vault)
    {
        (_credit, _vault, _accept) = (credit, vault, new(100, Write));
        (_database, _ids, _time, _node, _tracker) = (database, ids, time, node, tracker);
        (_dispatcher, _meter, _screening) = (dispatcher, meter, screening);
    }

    /// <summary>
    /// Accepts every valid message of one request in one commit and refuses the others; the answers stand in the order of the messages. When the task
    /// ends, what was accepted is on disk.
    /// </summary>
    /// <param name="integration">Whose request it is.</param>
    /// <param name="messages">1 to 254 messages.</param>
    /// <param name="beside">Hears the answers before the commit and may write rows of its own in it (an idempotency record); null for none.</param>
    /// <param name="cancel">Gives up waiting; what is under way may still be committed.</param>
    /// <exception cref="StorageOverloaded">Too many writes wait: nothing was accepted.</exception>
    public async Task<IReadOnlyList<AcceptedOrNot>> Run(
        Integration integration,
        IReadOnlyList<NewMessage> messages,
        Func<IReadOnlyList<AcceptedOrNot>, Action<Tx>>? beside,
        CancellationToken cancel)
    {
        var now = _time.NowMicros();
        var answers = new AcceptedOrNot[messages.Count];
        var accepted = new List<Tracked>(messages.Count);
        var leased = _dispatcher.HasRoom;
        var payment = integration.Tenant.Credit is null ? null : new Payment(integration.Tenant.Id, answers, beside);
        for (var i = 0; i < messages.Count; i++)
        {
            var made = Make(integration, messages[i], now);
            if (made.Ok) accepted.Add(new Tracked(_tracker, made.Value, Begin(made.Value, now, leased)));
            if (made.Ok) payment?.Add(accepted[^1], i);
            answers[i] = new(made.Value?.Id, made.Refusal);
            if (made.Refusal is { } refusal) _meter.Refused.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        }
        if (accepted.Count == 0) return answers;
        var work = payment is null
            ? new AcceptWork(accepted, accepted[0].Lane, integration.TwoWay, beside?.Invoke(answers), null, _tracker)
            : new AcceptWork(payment.Paid, accepted[0].Lane, integration.TwoWay, null, payment, _tracker);
        if (!_database.Add(_accept, work)) throw new StorageOverloaded();
        await work.Done.WaitAsync(cancel);
        _meter.Accepted.Add(work.Messages.Count);
        if (payment is { Refused: > 0 })
            _meter.Refused.Add(
                payment.Refused, new KeyValuePair<string, object?>("code", MessageRefusals.BalanceTooLow));
        if (MessageTrace.On)
            foreach (var message in work.Messages) MessageTrace.Accepted(message.Message);
        return answers;
    }

    private Result<Message> Make(Integration integration, NewMessage message, long now)
    {
        if (SmsRules.Recipient(message.To) is not { } to) return MessageRefusals.Recipient(message.To);
        if (SmsRules.ClientMessageId(message.ClientMessageId) is { } badId) return badId;
        if (SmsRules.Times(message, now) is { } badTime) return badTime;
        var sender = SmsRules.Sender(integration, message.From);
        if (!sender.Ok) return sender.Refusal;
        var screened = message.Door != Door.Own;
        if (screened && _screening.Check(integration, sender.Value, to) is { } against) return against;
        var most = Math.Min(message.MaxParts ?? integration.MaxParts, integration.MaxParts);
        var parts = SmsRules.Parts(message.Content, most);
        if (!parts.Ok) return parts.Refusal;
        if (integration.Tenant is { Credit: null, BalanceMinor: <= 0 }) return MessageRefusals.NoCredit;
        // The platform's own answers cost nothing. Whether the others are covered is for the flush to say.
        var charged = screened ? _credit.PriceOf(integration.Tenant, to, parts.Value) : null;
        if (charged > message.MostMicros)
            return new Refusal(MessageRefusals.TooManyParts, "The message costs more than it may.");
        var at = Math.Max(message.ScheduledAt ?? now, now);
        if (screened) at = _screening.NotBefore(integration, to, at);
        var scheduled = at > now ? at : (long?)null;
        var id = _ids.Next();
        return new Message
        {
            Id = id,
            TenantId = integration.Tenant.Id,
            IntegrationId = integration.Id,
            From = sender.Value,
            To = to,
            ClientMessageId = message.ClientMessageId,
            Content = message.Content,
            SealedText = message.Confidential ? _vault.Seal(message.Content.Text, id) : null,
            AcceptedAt = now,
            ScheduledAt = scheduled,
            DeadlineAt = (scheduled ?? now) + ((message.ValidityMinutes ?? SmsRules.DefaultValidityMinutes) * Micros.PerMinute),
            Priority = message.Priority,
            Door = message.Door,
            Told = message.Told,
            Parts = parts.Value,
            Charged = charged,
        };
    }

    /// <summary>Born leased to this node, or, when its queues are full or the time has not come, born free.</summary>
    private MessageState Begin(Message message, long now, bool leased)
    {
        var waits = message.ScheduledAt is not null || !leased;
        return new MessageState
        {
            Id = message.Id,
            Version = 1,
            Status = message.ScheduledAt is null ? MessageStatus.Queued : MessageStatus.Scheduled,
            ChangedAt = now,
            Owed = waits ? Owed.Nothing : Owed.Send,
            Owner = waits ? null : _node.Id,
            DueAt = message.ScheduledAt ?? (leased ? message.DeadlineAt : now),
        };
    }

    private void Write(Tx tx, IReadOnlyList<AcceptWork> all)
    {
        Pay(tx, all);
        var messages = new List<Message>(all.Count);
        var states = new List<MessageState>(all.Count);
        Dictionary<(string, string), Message>? twoWay = null;
        foreach (var work in all)
        {
            foreach (var message in work.Messages)
            {
                messages.Add(message.Message);
                states.Add(message.State);
                // Of several to the same phone in one flush the last one is what a reply is related to.
                if (work.TwoWay && message.Message.From.Length > 0) (twoWay ??= [])[(message.Message.From, message.Message.To)] = message.Message;
            }
        }
        MessageStore.Insert(tx, messages, states, twoWay is null ? [] : [.. twoWay.Values]);
        foreach (var work in all) work.Beside?.Invoke(tx);
    }

    /// <summary>Decides, in the order in which they came, which messages their tenants' accounts cover.</summary>
    private void Pay(Tx tx, IReadOnlyList<AcceptWork> all)
    {
        List<MessageCharge>? charges = null;
        foreach (var work in all)
            if (work.Payment is { } payment) (charges ??= []).AddRange(payment.Charges);
        if (charges is null) return;
        if (charges.Count > 0) _credit.Accounts.Charge(tx, charges);
        foreach (var work in all) work.Payment?.Decided();
    }

    private sealed class AcceptWork(
        List<Tracked> messages, int lane, bool twoWay, Action<Tx>? beside, Payment? payment, MessageTracker tracker)
        : BatchWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<Tracked> Messages => messages;

        public bool TwoWay => twoWay;

        public Action<Tx>? Beside => payment is null ? beside : payment.Beside;

        public Payment? Payment => payment;

        public Task Done => _done.Task;

        public override int Lane => lane;

        public override void Committed()
        {
            _done.SetResult();
            foreach (var message in messages)
                if (message.State.Owed != Owed.Nothing) tracker.Add(message);
        }

        public override void Failed(Exception error) => _done.SetException(error);
    }
}
