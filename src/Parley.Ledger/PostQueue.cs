using System.Diagnostics;
using Parley.Platform.Batching;
using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>
/// Collects what callers post until a flush takes all of it. Callers that wait for an answer come back at once when they
/// have it, so a flush gives those of the flush before it a moment: one commit then carries all of them, not half.
/// </summary>
internal sealed class PostQueue
{
    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(150);

    private readonly Database _database;
    private readonly BatchOperation<Flush> _post;
    private readonly Lock _lock = new();
    private Flush? _open;
    private int _answered;

    public PostQueue(Database database, Func<Tx, IReadOnlyList<IReadOnlyList<Transfer>>, Posted[][]> run)
    {
        _database = database;
        _post = new BatchOperation<Flush>(50, (tx, flushes) =>
        {
            foreach (var flush in flushes)
            {
                Close(flush);
                flush.Answers = run(tx, flush.Lists);
            }
        });
    }

    /// <exception cref="StorageOverloaded">Too many writes wait.</exception>
    public Task<IReadOnlyList<Posted>> Add(IReadOnlyList<Transfer> transfers)
    {
        lock (_lock)
        {
            if (_open is null)
            {
                var flush = new Flush(this);
                if (!_database.Add(_post, flush)) throw new StorageOverloaded();
                _open = flush;
            }
            else if (_open.Lists.Count >= _database.Options.MaxWaitingWrites) throw new StorageOverloaded();
            return _open.Add(transfers, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    private int Waiting(Flush flush)
    {
        lock (_lock) return flush.Lists.Count;
    }

    /// <summary>From here on it is written; it may be written again, but nobody joins it any more.</summary>
    private void Close(Flush flush)
    {
        if (flush.Closed) return;
        var begun = Stopwatch.GetTimestamp();
        while (Waiting(flush) < _answered && Stopwatch.GetElapsedTime(begun) < Moment) Thread.Yield();
        lock (_lock)
        {
            flush.Closed = true;
            if (_open == flush) _open = null;
        }
    }

    private bool Alone(IReadOnlyList<Transfer> transfers, TaskCompletionSource<IReadOnlyList<Posted>> caller)
    {
        var flush = new Flush(this) { Closed = true };
        flush.Add(transfers, caller);
        return _database.Add(_post, flush);
    }

    private sealed class Flush(PostQueue queue) : BatchWork
    {
        private readonly List<TaskCompletionSource<IReadOnlyList<Posted>>> _callers = [];

        public List<IReadOnlyList<Transfer>> Lists { get; } = [];

        public Posted[][] Answers { get; set; } = [];

        public bool Closed { get; set; }

        public Task<IReadOnlyList<Posted>> Add(
            IReadOnlyList<Transfer> transfers, TaskCompletionSource<IReadOnlyList<Posted>> caller)
        {
            Lists.Add(transfers);
            _callers.Add(caller);
            return caller.Task;
        }

        public override void Committed()
        {
            queue._answered = _callers.Count;
            for (var i = 0; i < _callers.Count; i++) _callers[i].SetResult(Answers[i]);
        }

        public override void Failed(Exception error)
        {
            // It may fail before it was written: whoever comes now begins another.
            lock (queue._lock)
            {
                Closed = true;
                if (queue._open == this) queue._open = null;
            }
            // One wrong list must not take its neighbours with it: each is tried by itself.
            var alone = _callers.Count > 1 && queue._database.Dialect.Classify(error) == StorageFault.Statement;
            for (var i = 0; i < _callers.Count; i++)
                if (!alone || !queue.Alone(Lists[i], _callers[i])) _callers[i].SetException(error);
        }
    }
}
