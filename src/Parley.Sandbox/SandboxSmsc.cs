using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Sandbox;

/// <summary>An SMSC on loopback that speaks SMPP: takes messages, delivers them to <see cref="Phones"/>, sends receipts, and misbehaves on demand (<see cref="Outcome"/>).</summary>
public sealed class SandboxSmsc : IAsyncDisposable
{
    /// <summary>system_id and password of the world's one account.</summary>
    public const string Account = "sandbox";

    private readonly SandboxOptions _options;
    private readonly Phones _phones;
    private readonly TimeProvider _time;
    private readonly SmppServer _server;
    private readonly Receipts _receipts;
    private readonly ConcurrentDictionary<string, int> _tries = new();
    private long _lastId;
    private long _submitted;
    private int _reply;

    public SandboxSmsc(SandboxOptions options, Phones phones, TimeProvider time)
    {
        (_options, _phones, _time) = (options, phones, time);
        _lastId = options.Seed * 1_000_000L;
        _receipts = new Receipts(this, time);
        _server = new SmppServer(
            new SmppServerOptions
            {
                EndPoint = new IPEndPoint(IPAddress.Loopback, options.SmscPort),
                Session = new SmppSessionOptions { Window = 1_000 },
            },
            _ => new Handler(this),
            time);
    }

    /// <summary>The port it listens on.</summary>
    public int Port => _server.EndPoint.Port;

    /// <summary>
    /// The phones that may send. All, while this is the whole world; beside real carriers only the test numbers, or anybody
    /// who reaches the sandbox's door could speak for a real phone.
    /// </summary>
    public Func<string, bool> MaySend { get; set; } = static _ => true;

    /// <summary>submit_sm that were answered with ESME_ROK.</summary>
    public long Submitted => Interlocked.Read(ref _submitted);

    /// <summary>Cuts every connection, as a broken line does.</summary>
    public void CutConnections()
    {
        foreach (var session in _server.Sessions) session.Close(SmppClosed.ByUs);
    }

    /// <summary>Sends a message from a phone; false when nobody is bound who could take it. Long texts go in parts.</summary>
    public bool SendFromPhone(string phone, string to, string text)
    {
        if (!MaySend(phone) || Receiver() is not { } session) return false;
        var plan = SegmentPlan.Of(text, SegmentPlan.Choose(text, TextEncoding.Gsm), ConcatenationKind.Udh8);
        var reference = Interlocked.Increment(ref _reply) & 0xFF;
        for (var part = 0; part < plan.Count; part++)
        {
            Span<byte> userData = new byte[plan.LengthOf(part)];
            userData = userData[..plan.Write(part, reference, userData)];
            var message = new ShortMessage
            {
                Source = new Address(1, 1, CString.Of(phone)),
                Destination = new Address(1, 1, CString.Of(to)),
                EsmClass = plan.HasHeader ? (byte)0x40 : (byte)0,
                DataCoding = plan.Encoding.DataCoding(flash: false),
                Content = userData,
            };
            if (!session.TrySend(CommandId.DeliverSm, message, null)) return false;
        }
        return true;
    }

    /// <summary>Sends a DELIVRD receipt by hand; false when nobody is bound who could take it.</summary>
    public bool SendReceipt(string id, string phone, string sender) =>
        Send(new Receipt(id, phone, sender, "DELIVRD", 2, "000", _time.GetUtcNow()));

    public async ValueTask DisposeAsync()
    {
        await _receipts.DisposeAsync();
        await _server.DisposeAsync();
    }

    private SmppSession? Receiver() =>
        _server.Sessions.FirstOrDefault(
            s => s.Binding is SmppBinding.Receiver or SmppBinding.Transceiver && s.Room > 0);

    private void Submit(SmppSession session, in PduHeader header, ShortMessage message)
    {
        var to = CString.Text(message.Destination.Digits);
        var outcome = Outcomes.Of(to);
        switch (outcome)
        {
            case Outcome.Refused:
                session.Answer(header, CommandStatus.InvalidDestinationAddress);
                return;
            case Outcome.Unavailable:
                session.Answer(header, CommandStatus.SystemError);
                return;
            case Outcome.Throttled when Try(to) <= 3:
                session.Answer(header, CommandStatus.Throttled);
                return;
            case Outcome.ConnectionCut when Try(to) == 1:
                session.Close(SmppClosed.ByUs);
                return;
        }
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        Deliver(message, to, id);
        var receipt = (message.RegisteredDelivery & 3) == 0 ? null : ReceiptFor(outcome, id, message, to);
        if (outcome == Outcome.ReceiptFirst && receipt is not null) Send(receipt);
        Span<byte> octets = stackalloc byte[32];
        session.Answer(header, CommandStatus.Ok, octets[..Encoding.ASCII.GetBytes(id, octets)]);
        Interlocked.Increment(ref _submitted);
        if (receipt is null || outcome == Outcome.ReceiptFirst) return;
        var delay = outcome == Outcome.Slow ? TimeSpan.FromSeconds(10)
            : TimeSpan.FromMilliseconds(_options.ReceiptDelayMs);
        _receipts.Add(receipt, delay);
        if (outcome == Outcome.ReceiptTwice) _receipts.Add(receipt, delay);
    }

    private int Try(string to)
    {
        if (_tries.Count > 10_000) _tries.Clear();
        return _tries.AddOrUpdate(to, 1, static (_, tries) => tries + 1);
    }

    private void Deliver(ShortMessage message, string to, string id)
    {
        var data = message.UserData;
        Concatenation? joined = null;
        GsmTable? table = null;
        if (message.HasUserDataHeader && UserDataHeader.TrySplit(data, out var header, out var rest))
        {
            joined = header.Concatenation;
            table = header.Table;
            data = rest;
        }
        if (message.Tlvs.TryGet(TlvTag.SarTotalSegments, out uint total)
            && message.Tlvs.TryGet(TlvTag.SarSegmentSequence, out uint sequence)
            && message.Tlvs.TryGet(TlvTag.SarMessageReference, out uint reference)
            && sequence >= 1 && sequence <= total)
            joined = new Concatenation((int)reference, (int)total, (int)sequence);
        var encoding = TextEncodings.OfDataCoding(message.DataCoding, TextEncoding.Gsm);
        var text = UserData.Text(data, encoding, table) ?? Convert.ToHexStringLower(data);
        _phones.Take(to, CString.Text(message.Source.Digits), id, message.DataCoding, text, joined);
    }

    private Receipt? ReceiptFor(Outcome outcome, string id, ShortMessage message, string to)
    {
        var (stat, state, error) = outcome switch
        {
            Outcome.Undelivered => ("UNDELIV", (byte)5, "002"),
            Outcome.Expired => ("EXPIRED", (byte)3, "008"),
            Outcome.RejectedLater => ("REJECTD", (byte)8, "006"),
            _ => ("DELIVRD", (byte)2, "000"),
        };
        if (outcome == Outcome.NeverReceipted) return null;
        if ((message.RegisteredDelivery & 3) == 2 && state == 2) return null;
        return new Receipt(id, to, CString.Text(message.Source.Digits), stat, state, error, _time.GetUtcNow());
    }

    /// <summary>False when nobody can take it now.</summary>
    private bool Send(Receipt receipt)
    {
        if (Receiver() is not { } session) return false;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"id:{receipt.Id} sub:001 dlvrd:{(receipt.State == 2 ? "001" : "000")} submit date:{receipt.SubmittedAt:yyMMddHHmm} done date:{_time.GetUtcNow():yyMMddHHmm} stat:{receipt.Stat} err:{receipt.Error} text:");
        Span<byte> tlvs = stackalloc byte[64];
        var options = new TlvWriter(tlvs);
        options.Add(TlvTag.ReceiptedMessageId, CString.Of(receipt.Id + "\0"));
        options.Add(TlvTag.MessageState, receipt.State);
        var message = new ShortMessage
        {
            Source = new Address(1, 1, CString.Of(receipt.Phone)),
            Destination = new Address(1, 1, CString.Of(receipt.Sender)),
            EsmClass = 0x04,
            Content = CString.Of(text),
            Tlvs = options.Written,
        };
        return session.TrySend(CommandId.DeliverSm, message, receipt);
    }

    private sealed record Receipt(
        string Id, string Phone, string Sender, string Stat, byte State, string Error, DateTimeOffset SubmittedAt);

    /// <summary>One account, transceivers and the other two; refuses a wrong password as an SMSC does.</summary>
    private sealed class Handler(SandboxSmsc smsc) : SmppHandler
    {
        public override void OnBind(SmppSession session, in PduHeader header, Bind bind)
        {
            var status = !bind.SystemId.SequenceEqual("sandbox"u8) ? CommandStatus.InvalidSystemId
                : !bind.Password.SequenceEqual("sandbox"u8) ? CommandStatus.InvalidPassword
                : CommandStatus.Ok;
            session.AnswerBind(header, bind.InterfaceVersion, status, "sandbox"u8);
        }

        public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message) =>
            smsc.Submit(session, header, message);

        public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
        {
            // What was not acknowledged is brought again, as SMSCs do.
            var taken = answer is { Outcome: SmppOutcome.Answered, Status: CommandStatus.Ok };
            if (state is Receipt receipt && !taken) smsc._receipts.Add(receipt, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Receipts waiting for their time, in order; retried while nobody is bound.</summary>
    private sealed class Receipts : IAsyncDisposable
    {
        private const int Most = 1_000_000;
        private readonly SandboxSmsc _smsc;
        private readonly TimeProvider _time;
        private readonly PriorityQueue<Receipt, long> _waiting = new();
        private readonly Lock _lock = new();
        private readonly ITimer _timer;

        public Receipts(SandboxSmsc smsc, TimeProvider time)
        {
            (_smsc, _time) = (smsc, time);
            _timer = time.CreateTimer(
                _ => SendDue(), null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        }

        public void Add(Receipt receipt, TimeSpan delay)
        {
            if (delay == TimeSpan.Zero && _smsc.Send(receipt)) return;
            lock (_lock)
            {
                if (_waiting.Count < Most) _waiting.Enqueue(receipt, (_time.GetUtcNow() + delay).UtcTicks);
            }
        }

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void SendDue()
        {
            var now = _time.GetUtcNow().UtcTicks;
            lock (_lock)
            {
                while (_waiting.TryPeek(out var receipt, out var at) && at <= now && _smsc.Send(receipt))
                    _waiting.Dequeue();
            }
        }
    }
}
