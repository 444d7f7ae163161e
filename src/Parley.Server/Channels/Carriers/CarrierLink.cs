using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Platform;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

/// <summary>
/// One carrier: a bounded queue, its binds, and the pump between them. The pump runs wherever something changed (a submission came, an answer freed the
/// window, a pause ended) and sends until windows, rate or queue say stop.
/// </summary>
internal sealed class CarrierLink
{
    private static readonly TimeSpan SlowestRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<Flight>[] _queues = [new(), new(), new()];
    private readonly ConcurrentQueue<Flight> _again = new();
    private readonly CarrierBind[] _binds;
    private readonly ITimer _timer;
    private readonly int _capacity;
    private readonly SubmitWriter _writer;
    private int _queued;
    private int _pumping;
    private int _reference;
    private int _nextBind;
    private long _pausedUntil;
    private TimeSpan _pause;
    private double _tokens;
    private long _tokensAt;
    private volatile bool _stopping;

    public CarrierLink(Carrier carrier, CarrierPool pool, TimeProvider time, Random random, ILogger log)
    {
        (Carrier, Pool, _time) = (carrier, pool, time);
        _capacity = Math.Max(1_000, carrier.Binds * carrier.Window * 20);
        _writer = new SubmitWriter(carrier, time);
        _reference = random.Next(0x10000);
        CommandId[] kinds = carrier.Mode switch
        {
            BindMode.Transmitter => [CommandId.BindTransmitter],
            BindMode.Receiver => [CommandId.BindReceiver],
            BindMode.TransmitterAndReceiver => [CommandId.BindTransmitter, CommandId.BindReceiver],
            _ => [CommandId.BindTransceiver],
        };
        _binds = [.. Enumerable.Range(0, carrier.Binds).SelectMany(_ => kinds.Select(kind => new CarrierBind(this, kind, time, random, log)))];
        _tokens = 1;
        _tokensAt = time.GetTimestamp();
        _timer = time.CreateTimer(static link => ((CarrierLink)link!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Carrier Carrier { get; }

    public CarrierPool Pool { get; }

    public int Queued => Volatile.Read(ref _queued);

    public int Room => _stopping || !IsUp ? 0 : Math.Max(0, _capacity - Queued);

    public IReadOnlyList<BindState> Binds => [.. _binds.Select(b => b.State)];

    public bool IsUp => Array.Exists(_binds, b => b.CanSend && b.Session is not null);

    public void Start()
    {
        foreach (var bind in _binds) bind.Start();
    }

    public Offer TrySubmit(Submission submission)
    {
        if (_stopping) return Offer.Down;
        if (!IsUp) return Array.Exists(_binds, b => b.CanSend && b.IsStarting) ? Offer.Starting : Offer.Down;
        if (Interlocked.Increment(ref _queued) > _capacity)
        {
            Interlocked.Decrement(ref _queued);
            return Offer.Full;
        }
        _queues[Math.Clamp(submission.Priority, 1, 3) - 1].Enqueue(new Flight(submission));
        Pump();
        return Offer.Taken;
    }

    /// <summary>Sends what can be sent. From any thread; one at a time does the work, and whoever comes meanwhile makes it look again.</summary>
    public void Pump()
    {
        if (Interlocked.Increment(ref _pumping) != 1) return;
        var seen = 1;
        while (true)
        {
            while (SendNext())
            {
            }
            var now = Interlocked.CompareExchange(ref _pumping, 0, seen);
            if (now == seen) return;
            seen = now;
        }
    }

    public void Answered(Flight flight, int part, SmppAnswer answer)
    {
        if (answer.Outcome != SmppOutcome.Answered)
        {
            flight.GiveBack(Returned.Down);
            flight.Answered(unknownOutcome: true);
            return;
        }
        if (answer.Status == CommandStatus.Ok)
        {
            _pause = TimeSpan.Zero;
            flight.Submission.PartAccepted(part, ReceiptIds.OfResponse(CString.Text(answer.MessageId), Carrier.ReceiptIds));
        }
        else if (Refused(flight, part, answer.Status))
        {
            flight.Answered(unknownOutcome: false, refusing: true);
            return;
        }
        flight.Answered(unknownOutcome: false);
    }

    /// <summary>A bind went down: without any other, what waits here is given back, so that other routes may take it.</summary>
    public void WentDown()
    {
        if (IsUp) return;
        GiveAllBack(Returned.Down);
    }

    /// <summary>Lets the window drain and unbinds.</summary>
    /// <param name="why">What those hear whose submissions are still queued: that the server stops, or that this carrier does.</param>
    /// <param name="patience">How long the window may take.</param>
    public async Task Stop(Returned why, TimeSpan patience)
    {
        _stopping = true;
        GiveAllBack(why);
        await Task.WhenAll(_binds.Select(b => b.Stop(patience)));
        await _timer.DisposeAsync();
        GiveAllBack(why);
    }

    private void GiveAllBack(Returned why)
    {
        while (TakeNext(out var flight)) flight.GiveBack(why);
    }

    private bool TakeNext(out Flight flight)
    {
        if (!_again.TryDequeue(out flight!) && !_queues[0].TryDequeue(out flight!) && !_queues[1].TryDequeue(out flight!)
            && !_queues[2].TryDequeue(out flight!)) return false;
        Interlocked.Decrement(ref _queued);
        return true;
    }

    private void PutBack(Flight flight)
    {
        Interlocked.Increment(ref _queued);
        _again.Enqueue(flight);
    }

    /// <summary>True when it was refused for good.</summary>
    private bool Refused(Flight flight, int part, CommandStatus status)
    {
        switch (CarrierRefusals.Of(status))
        {
            case Consequence.SlowDown:
                SlowDown();
                if (flight.SlowedAt == 0) flight.SlowedAt = _time.GetTimestamp();
                if (_time.GetElapsedTime(flight.SlowedAt) > SlowFor)
                {
                    flight.GiveBack(Returned.Unavailable);
                    return false;
                }
                // The part is still among those to send; looking at it again finds it.
                if (!flight.IsGivingBack) PutBack(flight.Again(part));
                return false;
            case Consequence.Elsewhere:
                flight.GiveBack(Returned.Unavailable);
                return false;
            default:
                flight.Refusing();
                flight.Submission.PartRefused(part, (uint)status, CarrierRefusals.StatusCode(status), flight.NoneOut);
                return true;
        }
    }

    private void SlowDown()
    {
        _pause = _pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, SlowestRetry.Ticks));
        Volatile.Write(ref _pausedUntil, _time.GetTimestamp() + (long)(_pause.TotalSeconds * _time.TimestampFrequency));
        _timer.Change(_pause + Tick, Timeout.InfiniteTimeSpan);
    }

    private bool SendNext()
    {
        if (_stopping || Queued == 0 || Paused() || BindWithRoom() is not { } bind || !TakeToken() || !TakeNext(out var flight)) return false;
        // A part of it that waited in another flight was given back meanwhile, and it with that.
        if (flight.Begun && flight.IsGivingBack) return true;
        if (!flight.Begun) Begin(flight);
        while (flight.Next < flight.Parts)
        {
            var part = flight.Next;
            if ((flight.Submission.PartsToSend >> part & 1) == 0 || (flight.Only >= 0 && flight.Only != part))
            {
                flight.Next++;
                continue;
            }
            if (!flight.Sending(part))
            {
                flight.Next++;
                continue;
            }
            if (!_writer.TrySend(bind.Session, flight, part))
            {
                PutBack(flight);
                flight.Answered(unknownOutcome: false);
                return bind.Session is null;
            }
            flight.Next++;
            bind.Sent();
            // Further parts wait for their turn, so that rate and window hold for parts, not for messages.
            if (flight.Next < flight.Parts && flight.Only < 0)
            {
                PutBack(flight);
                return true;
            }
        }
        return true;
    }

    private void Begin(Flight flight)
    {
        flight.Begun = true;
        _writer.Plan(flight);
        int? reference = flight.Parts == 1 ? null
            : flight.Submission.Reference ?? (Interlocked.Increment(ref _reference) & 0xFFFF);
        flight.Reference = reference ?? 0;
        flight.Submission.Planned(flight.Parts, reference);
    }

    private CarrierBind? BindWithRoom()
    {
        for (var i = 0; i < _binds.Length; i++)
        {
            var bind = _binds[(uint)(_nextBind + i) % (uint)_binds.Length];
            if (!bind.CanSend || bind.Session is not { Room: > 0 }) continue;
            _nextBind += i;
            // A full window's worth goes to one bind before the next one's turn: what goes out together costs one send.
            return bind;
        }
        return null;
    }

    /// <summary>True during a pause; the timer looks again at its end, also when it fired a moment too early.</summary>
    private bool Paused()
    {
        var until = Volatile.Read(ref _pausedUntil);
        if (until == 0) return false;
        var left = until - _time.GetTimestamp();
        if (left <= 0) return false;
        _timer.Change(TimeSpan.FromSeconds((double)left / _time.TimestampFrequency) + Tick, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>A token bucket of a tenth of a second's messages; without rate there is always one.</summary>
    private bool TakeToken()
    {
        if (Carrier.MessagesPerSecond <= 0) return true;
        var now = _time.GetTimestamp();
        var burst = Math.Max(1, Carrier.MessagesPerSecond / 10.0);
        _tokens = Math.Min(burst, _tokens + (_time.GetElapsedTime(_tokensAt, now).TotalSeconds * Carrier.MessagesPerSecond));
        _tokensAt = now;
        if (_tokens >= 1)
        {
            _tokens--;
            return true;
        }
        _timer.Change(TimeSpan.FromSeconds((1 - _tokens) / Carrier.MessagesPerSecond), Timeout.InfiniteTimeSpan);
        return false;
    }
}
