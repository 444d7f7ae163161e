using System.Buffers;
using System.IO.Pipelines;
using Parley.Smpp.Pdus;

namespace Parley.Smpp;

/// <summary>What a session is bound as (SMPP 3.4 §2.2).</summary>
public enum SmppBinding
{
    /// <summary>Not bound yet.</summary>
    None,

    /// <summary>Messages go from the ESME to the SMSC only.</summary>
    Transmitter,

    /// <summary>Messages go from the SMSC to the ESME only.</summary>
    Receiver,

    /// <summary>Both ways.</summary>
    Transceiver,
}

/// <summary>
/// One SMPP session over any duplex pipe, on either side. Sending never blocks and never allocates: <see cref="TrySend{TPdu}"/> says no when the window is full or
/// the peer reads too slowly, and the handler hears of the answer.
/// </summary>
public sealed partial class SmppSession : IAsyncDisposable
{
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(10);

    private readonly IDuplexPipe _pipe;
    private readonly SmppHandler _handler;
    private readonly TimeProvider _time;
    private readonly SmppOutput _output;
    private readonly SmppWindow _window;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly bool _isServer;
    private TaskCompletionSource? _answered;
    private long _startedAt;
    private long _heardAt;
    private volatile bool _asking;
    private bool _started;
    private bool _ending;
    private int _closing;
    private int _unanswered;

    /// <summary>Makes a session; <see cref="Start"/> begins to read.</summary>
    /// <param name="pipe">The connection; the session completes it at its end.</param>
    /// <param name="isServer">True on the SMSC's side.</param>
    /// <param name="options">Limits and timers.</param>
    /// <param name="handler">What happens is told to it.</param>
    /// <param name="time">Drives the timers.</param>
    public SmppSession(
        IDuplexPipe pipe, bool isServer, SmppSessionOptions options, SmppHandler handler, TimeProvider time)
    {
        (_pipe, _isServer, Options, _handler, _time) = (pipe, isServer, options, handler, time);
        _output = new SmppOutput(pipe.Output, _ => Close(SmppClosed.ConnectionLost));
        _window = new SmppWindow(options.Window, 1);
        _startedAt = _heardAt = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((SmppSession)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Limits and timers.</summary>
    public SmppSessionOptions Options { get; }

    /// <summary>What the session is bound as.</summary>
    public SmppBinding Binding { get; private set; }

    /// <summary>The peer's interface_version; 0x33 and below get no optional parameters.</summary>
    public byte PeerVersion { get; private set; } = 0x34;

    /// <summary>Anything the owner wants to keep beside the session.</summary>
    public object? Tag { get; set; }

    /// <summary>What the handler threw, when the session ended by <see cref="SmppClosed.HandlerFailed"/>.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Ends when the session has ended.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Answers that came for no request: late, repeated or invented.</summary>
    public long StrayAnswers { get; private set; }

    /// <summary>Requests of the peer without answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Requests of ours without answer.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock) return _window.Outstanding;
        }
    }

    /// <summary>Requests that <see cref="TrySend{TPdu}"/> would still take.</summary>
    public int Room
    {
        get
        {
            lock (_lock) return _ending || _closing != 0 ? 0 : Math.Max(0, Options.Window - _window.Outstanding);
        }
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        var tick = TimeSpan.FromSeconds(1);
        TimeSpan[] timers =
            [Options.ResponseTimeout, Options.EnquireLinkAfter, Options.InactivityTimeout, Options.BindTimeout];
        foreach (var timer in timers)
            if (timer > TimeSpan.Zero && timer / 4 < tick) tick = timer / 4;
        if (tick < ShortestTick) tick = ShortestTick;
        _timer.Change(tick, tick);
        _started = true;
        _ = Task.Run(ReadLoop);
    }

    /// <summary>
    /// Sends a request, if the window and the peer's reading allow it. Never blocks; the handler's <see cref="SmppHandler.OnAnswer"/> hears of its end exactly once.
    /// </summary>
    /// <returns>False, and nothing sent, when not bound, the window is full, too much is unsent, or the session is ending.</returns>
    /// <exception cref="OverflowException">short_message is longer than 255 octets.</exception>
    public bool TrySend<TPdu>(CommandId command, TPdu pdu, object? state)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        if (Binding == SmppBinding.None || _output.Unsent > Options.MaxUnsent) return false;
        return Send(command, pdu, state, control: false);
    }

    /// <summary>Sends a PDU that has no answer: outbind, alert_notification.</summary>
    public void SendUnanswered<TPdu>(CommandId command, TPdu pdu)
        where TPdu : IPdu<TPdu>, allows ref struct => _output.Append(command, CommandStatus.Ok, 1, pdu);

    /// <summary>Answers a request with a status and no body.</summary>
    public void Answer(in PduHeader request, CommandStatus status) =>
        Answer(request.Command, request.Sequence, status, default(Empty));

    /// <summary>Answers submit_sm, deliver_sm or data_sm.</summary>
    public void Answer(in PduHeader request, CommandStatus status, ReadOnlySpan<byte> messageId) =>
        Answer(request.Command, request.Sequence, status, new MessageResp { MessageId = messageId });

    /// <summary>Answers any request. From any thread.</summary>
    public void Answer<TPdu>(CommandId request, uint sequence, CommandStatus status, TPdu pdu)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        // deliver_sm_resp carries an unused message_id, always a lone NUL (§4.6.2).
        _output.Append(request.Response(), status, sequence, pdu);
        if (Interlocked.Decrement(ref _unanswered) == Options.MaxUnanswered / 2)
            Interlocked.Exchange(ref _answered, null)?.TrySetResult();
    }

    /// <summary>Answers a bind; with Ok the session is bound.</summary>
    public void AnswerBind(in PduHeader header, byte peerVersion, CommandStatus status, ReadOnlySpan<byte> systemId)
    {
        PeerVersion = peerVersion == 0 ? (byte)0x33 : peerVersion;
        _output.WithTlvs = PeerVersion >= 0x34;
        _bindAsked = false;
        if (status == CommandStatus.Ok) Binding = BindingOf(header.Command);
        Span<byte> tlvs = stackalloc byte[8];
        var writer = new TlvWriter(tlvs);
        writer.Add(TlvTag.ScInterfaceVersion, 0x34);
        Answer(header.Command, header.Sequence, status, new BindResp { SystemId = systemId, Tlvs = writer.Written });
    }

    /// <summary>
    /// Ends in order: sends no more, waits for the answers outstanding, unbinds, closes.
    /// </summary>
    /// <param name="patience">How long all of it may take.</param>
    /// <param name="cancel">Closes at once.</param>
    public async Task Unbind(TimeSpan patience, CancellationToken cancel)
    {
        lock (_lock) _ending = true;
        try
        {
            using var limit = new CancellationTokenSource(patience, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            // Somebody else's requests beside the window (enquire_link) count too; the unbind below comes after all of them.
            while (Outstanding > 0 && _closing == 0) await Task.Delay(TimeSpan.FromMilliseconds(10), _time, both.Token);
            if (Binding != SmppBinding.None) await Request(CommandId.Unbind, default(Empty), both.Token);
            await _output.Drained().WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            // The patience is over; what is outstanding ends as closed.
        }
        Close(SmppClosed.Unbound);
        await _closed.Task;
    }

    /// <summary>Ends at once.</summary>
    public void Close(SmppClosed reason)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;
        _timer.Dispose();
        var stopped = _output.Complete();
        _pipe.Output.CancelPendingFlush();
        if (!_started) _reading.TrySetResult();
        Interlocked.Exchange(ref _answered, null)?.TrySetResult();
        _pipe.Input.CancelPendingRead();
        _ = Task.Run(() => End(reason, stopped));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close(SmppClosed.ByUs);
        await _closed.Task;
    }

    private static SmppBinding BindingOf(CommandId bind) => bind switch
    {
        CommandId.BindTransmitter => SmppBinding.Transmitter,
        CommandId.BindReceiver => SmppBinding.Receiver,
        _ => SmppBinding.Transceiver,
    };

    private bool Send<TPdu>(CommandId command, TPdu pdu, object? state, bool control)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        uint sequence;
        lock (_lock)
        {
            if (_closing != 0 || (_ending && !control)) return false;
            if (!_window.TryOpen(command, state, _time.GetTimestamp(), control, out sequence)) return false;
        }
        try
        {
            _output.Append(command, CommandStatus.Ok, sequence, pdu);
        }
        catch (Exception)
        {
            // The PDU can't be written (a field too long): nothing was sent, so nothing may wait for an answer.
            lock (_lock) _window.TryClose(sequence, CommandId.GenericNack, out _);
            throw;
        }
        return true;
    }

    private async Task End(SmppClosed reason, Task<bool> stopped)
    {
        await _reading.Task;
        while (true)
        {
            SmppWindow.Slot slot;
            lock (_lock)
            {
                if (!_window.TryExpire(long.MaxValue, out slot)) break;
            }
            Safely(() => Finish(slot, new SmppAnswer(SmppOutcome.Closed, CommandStatus.Ok, default)));
        }
        // Completed while a write still runs, its buffers would go back to the pool under it; completed without an error, the rest of a cut write would be
        // sent first, which a peer that reads nothing never lets end.
        var whole = await stopped;
        Safely(() => _pipe.Output.Complete(
            whole ? null : new IOException("The session was closed before everything was sent.")));
        Safely(() => _pipe.Input.Complete());
        Safely(() => _handler.OnClosed(this, reason));
        _closed.TrySetResult();
    }

    private void Safely(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The transport is gone already.
        }
        catch (Exception error)
        {
            Failure ??= error;
        }
    }

    private void Finish(in SmppWindow.Slot slot, SmppAnswer answer)
    {
        if (slot.State is PendingRequest pending) pending.End(answer);
        else if (slot is not { Command: CommandId.EnquireLink, State: null })
            _handler.OnAnswer(this, slot.State, answer);
        else if (answer.Outcome == SmppOutcome.TimedOut) Close(SmppClosed.TimedOut);
    }
}
