using System.Collections.Concurrent;
using Parley.Platform;

namespace Parley.Tests.Simulation;

/// <summary>
/// Virtual time on one thread: what happens next is the earliest event, and of one moment the one that was made first.
/// It is also where awaited code goes on, so that nothing runs beside it. Times in microseconds UTC.
/// </summary>
internal sealed class Scheduler : SynchronizationContext
{
    /// <summary>Wednesday, 3 March 2027, 09:00.</summary>
    public const long Start = 1_804_064_400_000_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly BlockingCollection<(SendOrPostCallback Run, object? State)> _posted = [];
    private readonly Action<string, Exception> _fault;
    private long _order, _strands, _waiting;

    public Scheduler(Action<string, Exception> fault) => _fault = fault;

    public long Now { get; private set; } = Start;

    public void After(long micros, Action action) => At(Now + micros, action);

    public void At(long at, Action action) => _events.Enqueue(action, (Math.Max(Now, at), _order++));

    /// <summary>Begins something that goes on by itself; what it throws is a finding.</summary>
    public void Begin(string name, Func<Task> body)
    {
        _strands++;
        _ = Run();

        async Task Run()
        {
            try
            {
                await body();
            }
            catch (Exception error)
            {
                _fault(name, error);
            }
            _strands--;
        }
    }

    /// <summary>Runs one event after the other until there is none; <paramref name="after"/> runs after each.</summary>
    public void RunAll(Action after)
    {
        Settle();
        after();
        while (_events.TryDequeue(out var action, out var when))
        {
            Now = Math.Max(Now, when.At);
            action();
            Settle();
            after();
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    internal void Waits() => _waiting++;

    internal void GoesOn() => _waiting--;

    /// <summary>
    /// Every strand waits for an event, or is waited for here: a database that answers on another thread is the only
    /// thing that may keep one, and virtual time stands still meanwhile.
    /// </summary>
    private void Settle()
    {
        while (_posted.TryTake(out var next, 0) || _strands > _waiting)
        {
            if (next.Run is null && !_posted.TryTake(out next, Deadline.Longest))
                throw new InvariantBroken($"{_strands - _waiting} strands wait for nothing that the simulation knows");
            next.Run!(next.State);
        }
    }
}

/// <summary>Where code runs; what is awaited there never comes when the place is gone.</summary>
internal class Place
{
    public static readonly Place Outside = new();

    public bool Alive { get; set; } = true;
}

/// <summary>An answer that is waited for; the first one counts.</summary>
internal sealed class Awaited<T>
{
    private readonly TaskCompletionSource<T> _answer = new();
    private readonly Scheduler _time;
    private readonly Place _place;
    private bool _came;

    public Awaited(Scheduler time, Place place)
    {
        (_time, _place) = (time, place);
        _time.Waits();
    }

    public Task<T> Answer => _answer.Task;

    /// <summary>False when it was not heard: too late, or nobody is there any more.</summary>
    public bool Set(T value)
    {
        if (_came || !_place.Alive) return false;
        _came = true;
        _time.GoesOn();
        _answer.SetResult(value);
        return true;
    }
}
