using System.Buffers;
using System.IO.Pipelines;
using Parley.Smpp.Pdus;

namespace Parley.Smpp;

/// <content>Reading: frames, states, timers.</content>
public sealed partial class SmppSession
{
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _scratch = [];

    private async Task ReadLoop()
    {
        var reason = SmppClosed.ConnectionLost;
        try
        {
            while (_closing == 0)
            {
                var read = await _pipe.Input.ReadAsync();
                if (read.IsCanceled && _closing != 0) break;
                _output.Cork();
                SequencePosition consumed;
                bool goOn;
                try
                {
                    (consumed, goOn) = Consume(read.Buffer);
                    _handler.OnBatchRead(this);
                }
                catch (Exception error)
                {
                    // Not the transport: the handler. Nothing it was about to answer can be trusted any more.
                    Failure = error;
                    reason = SmppClosed.HandlerFailed;
                    break;
                }
                finally
                {
                    _output.Uncork();
                }
                _pipe.Input.AdvanceTo(consumed, read.Buffer.End);
                if (_unbound) reason = SmppClosed.Unbound;
                if (!goOn)
                {
                    if (!_unbound) reason = SmppClosed.ProtocolError;
                    // The answer (generic_nack, unbind_resp) gets a moment to leave.
                    await Task.WhenAny(_output.Drained(), Task.Delay(TimeSpan.FromSeconds(1), _time));
                    break;
                }
                if (read.IsCompleted) break;
                await Throttle();
            }
        }
        catch (Exception error) when (
            error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke; which way does not matter to anybody.
        }
        catch (Exception error)
        {
            Failure = error;
            reason = SmppClosed.HandlerFailed;
        }
        finally
        {
            _reading.TrySetResult();
            Close(reason);
        }
    }

    /// <summary>Reads nothing more while the peer does not read our answers, or too many of its requests are unanswered.</summary>
    private async Task Throttle()
    {
        while (_closing == 0 && _output.Unsent > Options.MaxUnsent) await _output.Drained();
        while (_closing == 0 && Volatile.Read(ref _unanswered) >= Options.MaxUnanswered)
        {
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _answered, answered);
            if (Volatile.Read(ref _unanswered) <= Options.MaxUnanswered / 2 || _closing != 0) return;
            _paused = true;
            await answered.Task;
            _heardAt = _time.GetTimestamp();
            _paused = false;
        }
    }

    private (SequencePosition Consumed, bool GoOn) Consume(ReadOnlySequence<byte> buffer)
    {
        var heard = false;
        while (buffer.Length >= PduHeader.Size && _closing == 0)
        {
            var header = HeaderOf(buffer);
            if (header.Length < PduHeader.Size || header.Length > Options.MaxPduLength)
            {
                _output.Append(
                    CommandId.GenericNack, CommandStatus.InvalidCommandLength, header.Sequence, default(Empty));
                return (buffer.Start, false);
            }
            if (buffer.Length < header.Length) break;
            // Octets that never become a message are silence; and whoever hears our answer has been heard before.
            if (!heard) (heard, _heardAt) = (true, _time.GetTimestamp());
            var frame = buffer.Slice(0, header.Length);
            var goOn = frame.IsSingleSegment ? Handle(header, frame.FirstSpan[PduHeader.Size..])
                : Handle(header, Joined(frame));
            buffer = buffer.Slice(header.Length);
            if (!goOn) return (buffer.Start, false);
        }
        return (buffer.Start, true);
    }

    private static PduHeader HeaderOf(ReadOnlySequence<byte> buffer)
    {
        if (buffer.FirstSpan.Length >= PduHeader.Size) return PduHeader.Read(buffer.FirstSpan);
        Span<byte> octets = stackalloc byte[PduHeader.Size];
        buffer.Slice(0, PduHeader.Size).CopyTo(octets);
        return PduHeader.Read(octets);
    }

    private ReadOnlySpan<byte> Joined(ReadOnlySequence<byte> frame)
    {
        var length = (int)frame.Length;
        if (_scratch.Length < length)
            _scratch = new byte[Math.Min(Options.MaxPduLength, Math.Max(length, _scratch.Length * 2))];
        frame.CopyTo(_scratch);
        return _scratch.AsSpan(PduHeader.Size, length - PduHeader.Size);
    }

    private bool Handle(in PduHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Command.IsResponse())
        {
            HandleAnswer(header, body);
            return true;
        }
        if (header.Command is CommandId.Outbind or CommandId.AlertNotification)
        {
            HandleNotice(header, body);
            return true;
        }
        Interlocked.Increment(ref _unanswered);
        switch (header.Command)
        {
            case CommandId.EnquireLink:
                Answer(header, CommandStatus.Ok);
                return true;
            case CommandId.Unbind:
                Answer(header, CommandStatus.Ok);
                _unbound = true;
                return false;
        }
        var status = Allowed(header.Command) ?? Dispatch(header, body);
        if (status == CommandStatus.Ok) return true;
        if (status == CommandStatus.InvalidCommandId)
        {
            Interlocked.Decrement(ref _unanswered);
            _output.Append(CommandId.GenericNack, status, header.Sequence, default(Empty));
        }
        else
        {
            Answer(header, status);
        }
        return true;
    }

    private bool _unbound;
    private volatile bool _paused;
    private bool _bindAsked;

    private void HandleAnswer(in PduHeader header, ReadOnlySpan<byte> body)
    {
        SmppWindow.Slot slot;
        bool known;
        lock (_lock) known = _window.TryClose(header.Sequence, header.Command, out slot);
        if (!known)
        {
            StrayAnswers++;
            return;
        }
        if (slot.Command == CommandId.Unbind) _unbound = true;
        if (slot.Command.IsBind() && header is { Status: CommandStatus.Ok, Command: not CommandId.GenericNack })
            BoundAsClient(slot.Command, body);
        if (slot.Command == CommandId.EnquireLink) _asking = false;
        // A nack that brings no status of its own still means no.
        var status = header is { Command: CommandId.GenericNack, Status: CommandStatus.Ok }
            ? CommandStatus.UnknownError : header.Status;
        Finish(slot, new SmppAnswer(SmppOutcome.Answered, status, body));
    }

    private void HandleNotice(in PduHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Command == CommandId.Outbind)
        {
            if (!_isServer && Outbind.TryRead(body, out var outbind) == CommandStatus.Ok)
                _handler.OnOutbind(this, outbind);
        }
        else if (AlertNotification.TryRead(body, out var alert) == CommandStatus.Ok)
        {
            _handler.OnAlert(this, alert);
        }
    }

    /// <summary>Which requests which side takes in which state (SMPP 3.4 §2.3); null is yes.</summary>
    private CommandStatus? Allowed(CommandId command)
    {
        switch (command)
        {
            case CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver:
                if (!_isServer) return CommandStatus.IncorrectBindStatus;
                if (Binding != SmppBinding.None || _bindAsked) return CommandStatus.AlreadyBound;
                // A second bind may not be judged while the first still is.
                _bindAsked = true;
                return null;
            case CommandId.SubmitSm or CommandId.SubmitMulti or CommandId.QuerySm or CommandId.CancelSm or CommandId.ReplaceSm:
                return _isServer && Binding is SmppBinding.Transmitter or SmppBinding.Transceiver ? null
                    : CommandStatus.IncorrectBindStatus;
            case CommandId.DeliverSm:
                return !_isServer && Binding is SmppBinding.Receiver or SmppBinding.Transceiver ? null
                    : CommandStatus.IncorrectBindStatus;
            case CommandId.DataSm:
                var wrong = _isServer ? SmppBinding.Receiver : SmppBinding.Transmitter;
                return Binding == SmppBinding.None || Binding == wrong ? CommandStatus.IncorrectBindStatus : null;
            default:
                return CommandStatus.InvalidCommandId;
        }
    }

    private CommandStatus Dispatch(in PduHeader header, ReadOnlySpan<byte> body)
    {
        CommandStatus status;
        switch (header.Command)
        {
            case CommandId.SubmitSm or CommandId.DeliverSm:
                status = ShortMessage.TryRead(body, out var message);
                if (status == CommandStatus.Ok) _handler.OnMessage(this, header, message);
                return status;
            case CommandId.DataSm:
                status = DataSm.TryRead(body, out var data);
                if (status == CommandStatus.Ok) _handler.OnData(this, header, data);
                return status;
            case CommandId.SubmitMulti:
                status = SubmitMulti.TryRead(body, out var multi);
                if (status == CommandStatus.Ok) _handler.OnSubmitMulti(this, header, multi);
                return status;
            case CommandId.QuerySm:
                status = QuerySm.TryRead(body, out var query);
                if (status == CommandStatus.Ok) _handler.OnQuery(this, header, query);
                return status;
            case CommandId.CancelSm:
                status = CancelSm.TryRead(body, out var cancel);
                if (status == CommandStatus.Ok) _handler.OnCancel(this, header, cancel);
                return status;
            case CommandId.ReplaceSm:
                status = ReplaceSm.TryRead(body, out var replace);
                if (status == CommandStatus.Ok) _handler.OnReplace(this, header, replace);
                return status;
            default:
                status = Parley.Smpp.Pdus.Bind.TryRead(body, out var bind);
                if (status == CommandStatus.Ok) _handler.OnBind(this, header, bind);
                else _bindAsked = false;
                return status;
        }
    }

    private void Tick()
    {
        try
        {
            CheckTimers();
        }
        catch (Exception error)
        {
            // The handler threw out of a timer, where nobody else would catch it.
            Failure = error;
            Close(SmppClosed.HandlerFailed);
        }
    }

    private void CheckTimers()
    {
        // While the peer's requests wait for us, its answers wait in front of the same door: its silence is ours.
        if (_closing != 0 || _paused) return;
        var now = _time.GetTimestamp();
        if (Binding == SmppBinding.None && Options.BindTimeout > TimeSpan.Zero
            && _time.GetElapsedTime(_startedAt, now) >= Options.BindTimeout)
        {
            Close(SmppClosed.TimedOut);
            return;
        }
        var silent = _time.GetElapsedTime(Volatile.Read(ref _heardAt), now);
        if (Options.InactivityTimeout > TimeSpan.Zero && silent >= Options.InactivityTimeout)
        {
            Close(SmppClosed.TimedOut);
            return;
        }
        var before = now - (long)(Options.ResponseTimeout.TotalSeconds * _time.TimestampFrequency);
        while (true)
        {
            SmppWindow.Slot slot;
            lock (_lock)
            {
                if (!_window.TryExpire(before, out slot)) break;
            }
            Finish(slot, new SmppAnswer(SmppOutcome.TimedOut, CommandStatus.Ok, default));
        }
        if (_asking || Binding == SmppBinding.None || Options.EnquireLinkAfter <= TimeSpan.Zero
            || silent < Options.EnquireLinkAfter) return;
        // Set before it is sent: the answer may come before Send returns.
        _asking = true;
        if (!Send(CommandId.EnquireLink, default(Empty), null, control: true)) _asking = false;
    }
}
