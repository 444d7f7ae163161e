using System.Diagnostics;
using Parley.Platform.Storage;

namespace Parley.Platform.Batching;

/// <summary>
/// Group commit: collects what concurrent callers bring and writes all that waits as soon as the previous flush has
/// committed. An idle system adds no delay; under a steady trickle commits keep a small distance, so that each carries
/// more; under load the flushes grow by themselves. What somebody waits for goes before what is patient, which then
/// rests a few milliseconds at most: answers come sooner, and several changes of one row meet in one flush.
/// </summary>
internal sealed class Batcher : IAsyncDisposable
{
    private const int MaxPerFlush = 4_000;
    private const int MostResting = 1_000;
    private const int MostContended = 20;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly int _lane;
    private readonly int _maxWaiting;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly TimeSpan _interval;
    private readonly Queue<Entry> _waiting = new();
    private Queue<Entry> _patient = new();
    private long _patientSince;
    private bool _pressed;
    private readonly List<(long UpTo, TaskCompletionSource Done)> _drains = [];
    private long _added;
    private int _flushing;
    private bool _asleep;
    private bool _stopping;
    private volatile string? _trouble;
    private Exception? _away;
    private long _postponed;

    public Batcher(Database database, int lane, int maxWaiting)
    {
        (_database, _lane, _maxWaiting) = (database, lane, maxWaiting);
        _interval = TimeSpan.FromMilliseconds(database.Options.CommitIntervalMilliseconds);
        _thread = new Thread(Run) { IsBackground = true, Name = $"batcher {lane}" };
        _thread.Start();
    }

    private readonly record struct Entry(IBatchOperation Operation, BatchWork Work, long Number);

    public int Waiting
    {
        get
        {
            lock (_lock) return Queued + _flushing;
        }
    }

    public string? Trouble => _trouble;

    /// <summary>Flushes that could not be written, or of which the answer was lost.</summary>
    public long Postponed => Interlocked.Read(ref _postponed);

    private int Queued => _waiting.Count + _patient.Count;

    public bool Add(IBatchOperation operation, BatchWork work)
    {
        var wake = false;
        lock (_lock)
        {
            if (_stopping) return false;
            if (!work.Patient && (Queued >= _maxWaiting || (_trouble is not null && Queued > 0))) return false;
            if (work.Patient && _patient.Count == 0) _patientSince = Stopwatch.GetTimestamp();
            _pressed |= work is { Patient: true, Pressing: true };
            (work.Patient ? _patient : _waiting).Enqueue(new(operation, work, ++_added));
            if (_asleep) (wake, _asleep) = (true, false);
        }
        if (wake) _wake.Release();
        return true;
    }

    /// <summary>Ends when all that was brought before is written or has failed, whatever comes meanwhile.</summary>
    public Task Drain(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (Queued + _flushing == 0) return Task.CompletedTask;
            var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _drains.Add((_added, drained));
            return drained.Task.WaitAsync(cancel);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock) _stopping = true;
        _wake.Release();
        _thread.Join();
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        var pause = TimeSpan.Zero;
        while (Take() is { } entries)
        {
            var begun = Stopwatch.GetTimestamp();
            var left = Flush(entries);
            Pace(begun);
            if (left.Count == 0)
            {
                pause = TimeSpan.Zero;
                continue;
            }
            // The database is away: what is patient goes back to the front, in its order.
            lock (_lock)
            {
                foreach (var entry in _patient) left.Add(entry);
                _patient = new Queue<Entry>(left);
                _flushing = 0;
            }
            pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            _wake.Wait(pause);
        }
    }

    /// <summary>
    /// Commits of one writer begin at least so far apart: under a steady trickle each carries more, and an idle system
    /// still waits for nothing.
    /// </summary>
    private void Pace(long begun)
    {
        var left = _interval - Stopwatch.GetElapsedTime(begun);
        if (left > TimeSpan.Zero && !_stopping) _wake.Wait(left);
    }

    /// <summary>What to flush next; waits for work; null when stopped and nothing is left (or nothing can be written).</summary>
    private List<Entry>? Take()
    {
        while (true)
        {
            lock (_lock)
            {
                _flushing = 0;
                EndDrains(Math.Min(Oldest(_waiting), Oldest(_patient)));
                if (Queued > 0 && !(_stopping && _trouble is not null))
                {
                    var entries = new List<Entry>(Math.Min(Queued, MaxPerFlush));
                    var resting = _waiting.Count > 0 && _patient.Count < MostResting && !_pressed
                        && Stopwatch.GetElapsedTime(_patientSince) < LongestRest;
                    if (!resting) _pressed = false;
                    while (entries.Count < MaxPerFlush && _waiting.TryDequeue(out var entry)) entries.Add(entry);
                    while (!resting && entries.Count < MaxPerFlush && _patient.TryDequeue(out var entry)) entries.Add(entry);
                    _flushing = entries.Count;
                    return entries;
                }
                // What can't be written any more ends here, too.
                EndDrains(long.MaxValue);
                if (_stopping) return null;
                _asleep = true;
            }
            _wake.Wait();
        }
    }

    private static long Oldest(Queue<Entry> queue) => queue.TryPeek(out var entry) ? entry.Number : long.MaxValue;

    private void EndDrains(long oldest)
    {
        for (var i = _drains.Count - 1; i >= 0; i--)
        {
            if (_drains[i].UpTo >= oldest) continue;
            _drains[i].Done.TrySetResult();
            _drains.RemoveAt(i);
        }
    }

    /// <summary>Writes the entries; answers the patient ones that could not be written because the database is away.</summary>
    private List<Entry> Flush(List<Entry> entries)
    {
        Tx committed;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                committed = _database.Flush(_lane, tx => Write(tx, entries));
                _trouble = null;
                break;
            }
            catch (Exception error)
            {
                switch (_database.Dialect.Classify(error))
                {
                    case StorageFault.Contention when attempt < MostContended:
                        // Another transaction stood in the way, or another process holds SQLite's lock: the latter takes longer.
                        if (attempt > 3) _wake.Wait(TimeSpan.FromMilliseconds(Math.Min(1 << Math.Min(attempt - 3, 7), 100)));
                        continue;
                    case StorageFault.Contention or StorageFault.Unavailable:
                        return Postpone(entries, error);
                    default:
                        return Divide(entries, error);
                }
            }
        }
        // What is thrown from here on is no failure of what was committed: it would be written twice. It ends the process.
        committed.RunAfterCommit();
        foreach (var entry in entries) entry.Work.Committed();
        return [];
    }

    private List<Entry> Postpone(List<Entry> entries, Exception error)
    {
        (_trouble, _away) = (error.Message, error);
        Interlocked.Increment(ref _postponed);
        var left = new List<Entry>();
        foreach (var entry in entries)
        {
            if (entry.Work.Patient) left.Add(entry);
            else entry.Work.Failed(error);
        }
        return left;
    }

    /// <summary>One wrong row must not take its neighbours with it: halves are tried apart until it stands alone.</summary>
    private List<Entry> Divide(List<Entry> entries, Exception error)
    {
        if (entries.Count == 1)
        {
            entries[0].Work.Failed(error);
            return [];
        }
        var left = Flush(entries[..(entries.Count / 2)]);
        var rest = entries[(entries.Count / 2)..];
        // In their order: what could not be written yet comes before the rest.
        left.AddRange(left.Count == 0 ? Flush(rest) : Postpone(rest, _away!));
        return left;
    }

    private static void Write(Tx tx, List<Entry> entries)
    {
        var groups = new Dictionary<IBatchOperation, List<BatchWork>>();
        foreach (var (operation, work, _) in entries)
        {
            if (!groups.TryGetValue(operation, out var group)) groups[operation] = group = [];
            group.Add(work);
        }
        foreach (var (operation, work) in groups.OrderBy(g => g.Key.Order)) operation.Write(tx, work);
    }
}
