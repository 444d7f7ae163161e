namespace Parley.Platform.Jobs;

/// <summary>The jobs of one kind and lane that this node holds in memory, and the few of them that run.</summary>
internal sealed class Lane(JobKind kind, int capacity, Func<JobKind, Job, Task> run)
{
    private readonly Lock _lock = new();
    private readonly Queue<Job> _waiting = new();
    private TaskCompletionSource? _idle;
    private int _reserved;
    private readonly HashSet<Job> _runs = new(ReferenceEqualityComparer.Instance);
    private int _running;

    public bool Full
    {
        get
        {
            lock (_lock) return _waiting.Count + _reserved >= capacity;
        }
    }

    /// <summary>What waits or runs.</summary>
    public IReadOnlyList<(string Kind, string Key)> InHand()
    {
        lock (_lock) return [.. _waiting.Concat(_runs).Select(job => (job.Kind, job.Key))];
    }

    public bool TryReserve()
    {
        lock (_lock)
        {
            if (_waiting.Count + _reserved >= capacity) return false;
            _reserved++;
            return true;
        }
    }

    public void Unreserve()
    {
        lock (_lock) _reserved--;
    }

    public void AddReserved(Job job)
    {
        Unreserve();
        Add(job);
    }

    public void Add(Job job)
    {
        lock (_lock)
        {
            _waiting.Enqueue(job);
            if (_running >= kind.PerLane) return;
            _running++;
        }
        _ = Task.Run(Work);
    }

    /// <summary>Ends when no run is under way; what waits stays leased in the database and is taken up after the restart.</summary>
    public Task Idle()
    {
        lock (_lock)
        {
            _waiting.Clear();
            if (_running == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private async Task Work()
    {
        while (true)
        {
            Job? job;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out job))
                {
                    if (--_running == 0) _idle?.TrySetResult();
                    return;
                }
                _runs.Add(job);
            }
            await run(kind, job);
            lock (_lock) _runs.Remove(job);
        }
    }
}
