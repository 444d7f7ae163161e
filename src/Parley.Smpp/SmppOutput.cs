using System.Buffers;
using System.IO.Pipelines;
using Parley.Smpp.Pdus;

namespace Parley.Smpp;

/// <summary>
/// What waits to be sent. Writers append under a lock; one flush at a time sends all that has gathered, so that under load a whole window leaves in one send. Idle,
/// it holds no buffer.
/// </summary>
internal sealed class SmppOutput(PipeWriter pipe, Action<Exception?> broken) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private byte[] _waiting = [];
    private int _length;
    private bool _flushing;
    private bool _corked;
    private bool _completed;
    private bool _cut;
    private TaskCompletionSource? _drained;
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False towards a 3.3 peer.</summary>
    public bool WithTlvs { get; set; } = true;

    /// <summary>Octets not sent yet.</summary>
    public int Unsent
    {
        get
        {
            lock (_lock) return _length;
        }
    }

    /// <summary>Appends a PDU.</summary>
    public void Append<TPdu>(CommandId command, CommandStatus status, uint sequence, TPdu pdu)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        lock (_lock)
        {
            if (_completed) return;
            Reserve(PduHeader.Size + pdu.MaxLength);
            var target = _waiting.AsSpan(_length);
            var writer = new PduWriter(target[PduHeader.Size..], WithTlvs);
            // An answer that refuses has no body (SMPP 3.4 §4.4.2 and others).
            if (status == CommandStatus.Ok || !command.IsResponse()) pdu.Write(ref writer);
            var length = PduHeader.Size + writer.Length;
            new PduHeader(length, command, status, sequence).Write(target);
            _length += length;
            if (_corked || _flushing) return;
            _flushing = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Holds back flushes while a batch of requests is answered.</summary>
    public void Cork()
    {
        lock (_lock) _corked = true;
    }

    /// <summary>Lets go what gathered meanwhile.</summary>
    public void Uncork()
    {
        lock (_lock)
        {
            _corked = false;
            if (_length == 0 || _flushing || _completed) return;
            _flushing = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends when everything appended so far has been sent, or the connection is gone.</summary>
    public Task Drained()
    {
        lock (_lock)
        {
            if (_completed || (_length == 0 && !_flushing)) return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Nothing is sent any more. Ends when no write runs, with false when one was cut.</summary>
    public Task<bool> Complete()
    {
        TaskCompletionSource? drained;
        lock (_lock)
        {
            if (_completed) return _stopped.Task;
            _completed = true;
            if (!_flushing) _stopped.TrySetResult(!_cut);
            drained = _drained;
            Return(_waiting);
            (_waiting, _length) = ([], 0);
        }
        drained?.TrySetResult();
        return _stopped.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = Flush();

    /// <summary>The last write did not end well: the connection is of no use any more.</summary>
    private void Cut(Exception? error)
    {
        lock (_lock)
        {
            (_flushing, _cut) = (true, true);
            _stopped.TrySetResult(false);
        }
        broken(error);
    }

    private async Task Flush()
    {
        try
        {
            while (true)
            {
                byte[] sending;
                int length;
                lock (_lock)
                {
                    if (_length == 0 || _completed)
                    {
                        _flushing = false;
                        if (_completed) _stopped.TrySetResult(!_cut);
                        _drained?.TrySetResult();
                        _drained = null;
                        return;
                    }
                    (sending, length) = (_waiting, _length);
                    (_waiting, _length) = ([], 0);
                }
                try
                {
                    var result = await pipe.WriteAsync(sending.AsMemory(0, length));
                    if (result.IsCompleted || result.IsCanceled)
                    {
                        Cut(null);
                        return;
                    }
                }
                finally
                {
                    Return(sending);
                }
            }
        }
        catch (Exception error)
        {
            // Whatever the transport throws means the same: the peer can't be reached any more.
            Cut(error);
        }
    }

    private void Reserve(int more)
    {
        if (_waiting.Length - _length >= more) return;
        var larger =
            ArrayPool<byte>.Shared.Rent(Math.Max(_length + more, Math.Min(64 * 1024, Math.Max(1024, _length * 2))));
        _waiting.AsSpan(0, _length).CopyTo(larger);
        Return(_waiting);
        _waiting = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }
}
