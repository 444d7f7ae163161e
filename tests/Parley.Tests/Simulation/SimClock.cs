using Parley.Platform;

namespace Parley.Tests.Simulation;

/// <summary>The clock of a node: virtual time, wrong by what it is ahead; its timers may be late.</summary>
internal sealed class SimClock(World world, Place place) : TimeProvider
{
    /// <summary>Microseconds.</summary>
    public long Ahead { get; set; }

    public override long TimestampFrequency => Micros.PerSecond;

    public override DateTimeOffset GetUtcNow() => Micros.ToTime(world.Now + Ahead);

    public override long GetTimestamp() => world.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Invariant.Holds(period == Timeout.InfiniteTimeSpan && dueTime != Timeout.InfiniteTimeSpan);
        var timer = new SimTimer(world.Time, place, callback, state);
        // Whoever looks every moment is made to look less often: the machine is busy.
        world.Time.After(Micros.From(dueTime) + world.Between(0, 4 * Micros.PerSecond), timer.Fire);
        return timer;
    }

    private sealed class SimTimer : ITimer
    {
        private readonly Scheduler _time;
        private readonly Place _place;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private bool _ended;

        public SimTimer(Scheduler time, Place place, TimerCallback callback, object? state)
        {
            (_time, _place, _callback, _state) = (time, place, callback, state);
            _time.Waits();
        }

        public void Fire()
        {
            if (_ended || !_place.Alive) return;
            _ended = true;
            _time.GoesOn();
            _callback(_state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            if (_ended) return;
            _ended = true;
            _time.GoesOn();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
