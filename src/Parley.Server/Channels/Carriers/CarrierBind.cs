using System.Net.Security;
using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

/// <summary>What an operator sees of a bind.</summary>
public sealed record BindState(string Kind, bool Up, DateTimeOffset Since, int Outstanding, long Submitted, long Received, string? Trouble);

/// <summary>One bind to a carrier: kept up, with backoff, for as long as the carrier is in use.</summary>
internal sealed partial class CarrierBind(CarrierLink link, CommandId kind, TimeProvider time, Random random, ILogger log) : SmppHandler
{
    private static readonly Backoff Reconnect = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));

    private readonly CancellationTokenSource _stopping = new();
    private volatile SmppSession? _session;
    private DateTimeOffset _since = time.GetUtcNow();
    private string? _trouble;
    private long _submitted;
    private long _received;
    private Task _loop = Task.CompletedTask;
    private volatile bool _tried;

    /// <summary>The first try to bind has not ended yet.</summary>
    public bool IsStarting => !_tried;

    public bool CanSend => kind != CommandId.BindReceiver;

    public SmppSession? Session => _session;

    public BindState State => new(
        kind.ToString()["Bind".Length..], _session is not null, _since, _session?.Outstanding ?? 0, Volatile.Read(ref _submitted), Volatile.Read(ref _received), _trouble);

    public void Start() => _loop = Task.Run(KeepUp);

    public async Task Stop(TimeSpan patience)
    {
        await _stopping.CancelAsync();
        if (_session is { } session) await session.Unbind(patience, CancellationToken.None);
        await _loop;
        _stopping.Dispose();
    }

    public override void OnAnswer(SmppSession session, object? state, SmppAnswer answer)
    {
        if (state is FlightPart part) link.Answered(part.Flight, part.Part, answer);
        else link.Answered((Flight)state!, 0, answer);
    }

    public override void OnBatchRead(SmppSession session) => link.Pump();

    public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
    {
        Interlocked.Increment(ref _received);
        if (message.IsReceipt) TakeReceipt(session, header, message);
        else if ((message.EsmClass & 0x3C) != 0) session.Answer(header, CommandStatus.Ok, default); // acknowledgements by hand or by the phone's user
        else link.Pool.InboundArrived(ReadInbound(session, header, message));
    }

    public override void OnData(SmppSession session, in PduHeader header, DataSm data) => OnMessage(session, header, new ShortMessage
    {
        ServiceType = data.ServiceType,
        Source = data.Source,
        Destination = data.Destination,
        EsmClass = data.EsmClass,
        DataCoding = data.DataCoding,
        Tlvs = data.Tlvs,
    });

    public override void OnClosed(SmppSession session, SmppClosed reason)
    {
        if (ReferenceEquals(_session, session)) Down($"session ended: {reason}");
    }

    /// <summary>Counts a part handed to the session.</summary>
    public void Sent() => Interlocked.Increment(ref _submitted);

    private void TakeReceipt(SmppSession session, in PduHeader header, ShortMessage message)
    {
        if (ReceiptText.Read(message) is not { } receipt)
        {
            ReceiptUnreadable(log, link.Carrier.Id);
            session.Answer(header, CommandStatus.Ok, default);
            return;
        }
        var (id, others) = ReceiptIds.OfReceipt(receipt.Id, link.Carrier.ReceiptIds);
        link.Pool.ReceiptArrived(new SmppReceipt(session, header)
        {
            CarrierId = link.Carrier.Id,
            CarrierMessageId = id,
            OtherIds = others,
            Phone = CString.Text(message.Source.Digits).TrimStart('+'),
            State = receipt.State,
            Error = receipt.Error,
            Raw = receipt.Raw,
            // Its window is not known; ours is what carriers usually allow both ways.
            Pressing = session.Unanswered * 4 >= link.Carrier.Window * 3,
        });
    }

    private SmppInbound ReadInbound(SmppSession session, in PduHeader header, ShortMessage message)
    {
        var data = message.UserData;
        var udh = "";
        Concatenation? joined = null;
        GsmTable? table = null;
        if (message.HasUserDataHeader && UserDataHeader.TrySplit(data, out var userDataHeader, out var rest))
        {
            table = userDataHeader.Table;
            udh = Convert.ToHexStringLower(userDataHeader.Octets);
            joined = userDataHeader.Concatenation;
            data = rest;
        }
        if (message.Tlvs.TryGet(TlvTag.SarTotalSegments, out uint total) && message.Tlvs.TryGet(TlvTag.SarSegmentSequence, out uint sequence)
            && message.Tlvs.TryGet(TlvTag.SarMessageReference, out uint reference) && sequence >= 1 && sequence <= total)
            joined = new Concatenation((int)reference, (int)total, (int)sequence);
        var zero = link.Carrier.Alphabet switch
        {
            CarrierAlphabet.Latin1 => TextEncoding.Latin1,
            CarrierAlphabet.Ascii => TextEncoding.Ascii,
            _ => TextEncoding.Gsm,
        };
        var text = UserData.Text(data, TextEncodings.OfDataCoding(message.DataCoding, zero), table);
        return new SmppInbound(session, header)
        {
            CarrierId = link.Carrier.Id,
            From = CString.Text(message.Source.Digits).TrimStart('+'),
            To = CString.Text(message.Destination.Digits).TrimStart('+'),
            Text = text,
            Data = text is null ? data.ToArray() : null,
            UserDataHeader = udh,
            Reference = joined?.Reference ?? 0,
            Total = joined?.Total ?? 1,
            Sequence = joined?.Sequence ?? 1,
        };
    }

    private async Task KeepUp()
    {
        var failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var connected = await SmppClient.Connect(Options(), this, time, _stopping.Token);
                if (connected.Session is { } session)
                {
                    failures = 0;
                    Up(session);
                    await session.Closed;
                    // It may have ended before it was known here.
                    if (_session == session) Down("session ended at once");
                }
                else
                {
                    Down(connected.Reason);
                }
                TimeSpan pause;
                lock (random) pause = Reconnect.After(++failures, random);
                await Task.Delay(pause, time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Up(SmppSession session)
    {
        (_since, _trouble) = (time.GetUtcNow(), null);
        _session = session;
        _tried = true;
        BindUp(log, link.Carrier.Id, kind.ToString());
        link.Pump();
    }

    private void Down(string? reason)
    {
        var wasUp = _session is not null;
        _session = null;
        _tried = true;
        if (wasUp || _trouble is null) _since = time.GetUtcNow();
        if ((wasUp || _trouble != reason) && !_stopping.IsCancellationRequested) BindDown(log, link.Carrier.Id, kind.ToString(), reason ?? "unknown");
        _trouble = reason;
        link.WentDown();
    }

    private SmppClientOptions Options()
    {
        var carrier = link.Carrier;
        return new SmppClientOptions
        {
            Host = carrier.Host,
            Port = carrier.Port,
            Bind = kind,
            Credentials = new SmppCredentials(carrier.SystemId, carrier.Password, carrier.SystemType),
            Session = new SmppSessionOptions
            {
                Window = carrier.Window,
                ResponseTimeout = TimeSpan.FromSeconds(carrier.ResponseTimeoutSeconds),
                InactivityTimeout = TimeSpan.FromMinutes(2),
            },
            Tls = !carrier.Tls ? null : new SslClientAuthenticationOptions
            {
                TargetHost = carrier.Host,
                RemoteCertificateValidationCallback = carrier.TlsTrustAny ? static (_, _, _, _) => true : null,
            },
        };
    }

    [LoggerMessage(LogLevel.Information, "Carrier {CarrierId}: {Kind} is up")]
    private static partial void BindUp(ILogger log, string carrierId, string kind);

    [LoggerMessage(LogLevel.Warning, "Carrier {CarrierId}: {Kind} is down: {Reason}")]
    private static partial void BindDown(ILogger log, string carrierId, string kind, string reason);

    [LoggerMessage(LogLevel.Warning, "Carrier {CarrierId} sent a receipt that names no message")]
    private static partial void ReceiptUnreadable(ILogger log, string carrierId);

    private sealed class SmppReceipt(SmppSession session, PduHeader header) : ReceiptArrival
    {
        public override void Acknowledge(bool kept) => session.Answer(header, kept ? CommandStatus.Ok : CommandStatus.ReceiverTemporaryError, default);
    }

    private sealed class SmppInbound(SmppSession session, PduHeader header) : InboundArrival
    {
        public override void Acknowledge(bool kept) => session.Answer(header, kept ? CommandStatus.Ok : CommandStatus.ReceiverTemporaryError, default);
    }
}
