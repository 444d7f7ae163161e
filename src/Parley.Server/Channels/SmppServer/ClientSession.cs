using System.Net;
using Parley.Server.Tenants;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Server.Channels.SmppServer;

/// <summary>One connection of a client: what it asks goes to the operations, what it is owed comes from its outbox.</summary>
internal sealed class ClientSession(SmppDoor door, IPAddress address, bool tls, string? tenant) : SmppHandler
{
    private const int SubmitsAtOnce = 200;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private List<Submit> _read = [];
    private SmppSession? _session;
    private Client? _client;
    private int _unanswered;
    private int _window;
    private long _restsFrom;
    private volatile bool _resting;

    /// <summary>True once it has ended.</summary>
    public bool Over { get; private set; }

    public SmppBinding Kind { get; set; }

    public ApiAccount? Account { get; private set; }

    public IPAddress Address => address;

    public bool Tls => tls;

    public DateTimeOffset Since { get; } = door.Time.GetUtcNow();

    /// <summary>deliver_sm that the client has not answered.</summary>
    public int Unacknowledged => _session?.Outstanding ?? 0;

    /// <summary>Requests of the client that are not answered yet.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>True until every answer is on its way.</summary>
    public bool OwesAnswers => Unanswered > 0 || _session is { Unanswered: > 0 };

    public byte Version => _session?.PeerVersion ?? 0;

    public override void OnBind(SmppSession session, in PduHeader header, Bind bind)
    {
        _session = session;
        var request = new BindRequest(
            header.Command, CString.Text(bind.SystemId), CString.Text(bind.Password), CString.Text(bind.SystemType),
            bind.InterfaceVersion, address, tenant);
        var asked = header;
        _ = Task.Run(() => Bind(session, asked, request));
    }

    public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
    {
        if (Admit(session, header, 1) is not { } integration) return;
        var status = SubmitReader.Read(message, door.Time.GetUtcNow(), out var made);
        var submit = new Submit(header, made!);
        if (status == CommandStatus.Ok && integration.Smpp.DuplicateSeconds > 0)
        {
            submit.Mark = Duplicates.MarkOf(
                message.Source.Digits, message.Destination.Digits, message.UserData, made!.ClientMessageId);
            if (!_client!.Duplicates.TryAdd(submit.Mark.Value, integration.Smpp.DuplicateSeconds))
                status = Statuses.Duplicate;
        }
        if (status != CommandStatus.Ok)
        {
            Answer(session, header, status);
            return;
        }
        if (message.ReplaceIfPresent == 1)
        {
            _ = door.Submits.Replace(session, this, integration, submit, CString.Text(message.ServiceType));
            return;
        }
        _read.Add(submit);
        if (_read.Count >= SubmitsAtOnce) OnBatchRead(session);
    }

    public override void OnData(SmppSession session, in PduHeader header, DataSm data) =>
        OnMessage(session, header, SubmitReader.AsMessage(data));

    public override void OnSubmitMulti(SmppSession session, in PduHeader header, SubmitMulti multi)
    {
        if (Admit(session, header, multi.Count) is not { } integration) return;
        var status = SubmitReader.Read(multi.Message, door.Time.GetUtcNow(), out var made);
        var recipients = new List<Recipient>(multi.Count);
        var destinations = multi.Destinations;
        while (destinations.MoveNext())
        {
            var to = destinations.Current;
            recipients.Add(new(to.Ton, to.Npi, CString.Text(to.Digits)));
            // Distribution lists are kept by nobody here (SMPP 3.4 §4.5.1.1).
            if (!destinations.List.IsEmpty) status = CommandStatus.CannotSubmitToDistributionList;
        }
        if (status == CommandStatus.Ok) _ = door.Submits.Run(session, this, integration, header, made!, recipients);
        else Answer(session, header, status);
    }

    public override void OnQuery(SmppSession session, in PduHeader header, QuerySm query)
    {
        if (Admit(session, header, 0) is { } integration)
            _ = door.Commands.Query(
                session, this, integration, header, CString.Text(query.MessageId), CString.Text(query.Source.Digits));
    }

    public override void OnCancel(SmppSession session, in PduHeader header, CancelSm cancel)
    {
        if (Admit(session, header, 0) is { } integration)
            _ = door.Commands.Cancel(
                session, this, integration, header, CString.Text(cancel.MessageId), CString.Text(cancel.Source.Digits));
    }

    public override void OnReplace(SmppSession session, in PduHeader header, ReplaceSm replace)
    {
        if (Admit(session, header, 0) is not { } integration) return;
        var status = Commands.Read(replace, door.Time.GetUtcNow(), out var replacement);
        if (status == CommandStatus.Ok)
            _ = door.Commands.Replace(
                session, this, integration, header, CString.Text(replace.MessageId), replacement!);
        else Answer(session, header, status);
    }

    /// <summary>What was read together is accepted together.</summary>
    public override void OnBatchRead(SmppSession session)
    {
        _client?.Outbox.Send();
        if (_read.Count == 0) return;
        var batch = _read;
        _read = [];
        if (Integration() is { } integration) _ = door.Submits.Run(session, this, integration, batch);
        else foreach (var submit in batch) Answer(session, submit.Header, CommandStatus.SystemError);
    }

    public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
    {
        if (answer.Outcome == SmppOutcome.TimedOut)
        {
            (_restsFrom, _resting) = (door.Time.GetTimestamp(), true);
        }
        else if (answer.Outcome == SmppOutcome.Answered)
        {
            _resting = false;
        }
        door.Deliveries.Answered((Delivery)state!, answer);
    }

    public override void OnClosed(SmppSession session, SmppClosed reason)
    {
        Client? client;
        lock (_lock) (Over, client) = (true, _client);
        if (client is null) return;
        client.Leave(this);
        door.Deliveries.Return(client.Outbox.Close(this), TimeSpan.Zero);
        door.Closed(this, reason, session.Failure);
    }

    /// <summary>False when the session has no room for it now.</summary>
    public bool TryDeliver(Delivery delivery)
    {
        if (_session is not { } session || session.Outstanding >= _window) return false;
        // Who does not answer gets nothing for a while: others may be bound who do.
        if (_resting && door.Time.GetElapsedTime(_restsFrom) < Rest) return false;
        var to = delivery.Destination;
        var isNumber = to.Length == 0 || to.All(char.IsAsciiDigit);
        return session.TrySend(
            CommandId.DeliverSm,
            new ShortMessage
            {
                Source = new Address(1, 1, CString.Of(delivery.Source)),
                Destination = new Address(isNumber ? (byte)1 : (byte)5, isNumber ? (byte)1 : (byte)0, CString.Of(to)),
                EsmClass = (byte)delivery.EsmClass,
                DataCoding = (byte)delivery.DataCoding,
                Content = delivery.Content,
                Tlvs = new Tlvs(delivery.Tlvs ?? []),
            },
            delivery);
    }

    /// <summary>Answers a request that was admitted, with a status and no body.</summary>
    public void Answer(SmppSession session, in PduHeader header, CommandStatus status)
    {
        if (header.Command is CommandId.SubmitSm or CommandId.DataSm or CommandId.SubmitMulti)
            door.Meter.Submitted(status, 1);
        // Before its answer, which lets the client send the next.
        Interlocked.Decrement(ref _unanswered);
        session.Answer(header, status);
    }

    /// <summary>Answers a submit with its id.</summary>
    public void Accepted(SmppSession session, in PduHeader header, ReadOnlySpan<byte> messageId)
    {
        Interlocked.Decrement(ref _unanswered);
        session.Answer(header, CommandStatus.Ok, messageId);
    }

    /// <summary>Answers with a body of its own.</summary>
    public void Answer<TPdu>(SmppSession session, in PduHeader header, TPdu pdu)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        Interlocked.Decrement(ref _unanswered);
        session.Answer(header.Command, header.Sequence, CommandStatus.Ok, pdu);
    }

    /// <summary>Unbinds and closes.</summary>
    public Task Leave(TimeSpan patience) =>
        _session?.Unbind(patience, CancellationToken.None) ?? Task.CompletedTask;

    private async Task Bind(SmppSession session, PduHeader header, BindRequest request)
    {
        var (status, integration) = door.Stopping ? (CommandStatus.BindFailed, null) : await door.Binds.Judge(request);
        if (integration is not null && !Join(integration, header.Command)) status = CommandStatus.AlreadyBound;
        session.AnswerBind(header, request.Version, status, "Parley"u8);
        if (status != CommandStatus.Ok)
        {
            // It may try again on the same connection, while it has time to bind at all.
            if (door.Blocks(address)) await session.Unbind(door.Options.BindTimeout, CancellationToken.None);
            return;
        }
        door.Bound(this);
        if (Kind != SmppBinding.Transmitter) _client!.Outbox.Open(this);
    }

    private bool Join(Integration integration, CommandId kind)
    {
        var binding = kind switch
        {
            CommandId.BindTransmitter => SmppBinding.Transmitter,
            CommandId.BindReceiver => SmppBinding.Receiver,
            _ => SmppBinding.Transceiver,
        };
        lock (_lock)
        {
            var client = door.Clients.Of(integration.Id);
            if (Over || !client.TryJoin(this, binding, integration.Smpp.Binds)) return false;
            (_client, Account, _window) = (client, integration.Account, integration.Smpp.Window);
            return true;
        }
    }

    private Integration? Integration() => door.Tenants.ById(_client!.IntegrationId);

    /// <summary>Lets a request in, or answers why not; <paramref name="messages"/> is what it takes of the client's rate.</summary>
    private Integration? Admit(SmppSession session, in PduHeader header, int messages)
    {
        var unanswered = Interlocked.Increment(ref _unanswered);
        CommandStatus status;
        if (door.Stopping || Integration() is not { Active: true, Tenant.Active: true } integration)
            status = CommandStatus.SystemError;
        else if (unanswered > integration.Smpp.Window
            || !_client!.Rate.TryTake(messages, integration.Smpp.MessagesPerSecond)) status = CommandStatus.Throttled;
        else return integration;
        Answer(session, header, status);
        return null;
    }
}
