namespace Parley.Tests.Support;

/// <summary>The system's clock, which a test may set forward or back while timers run on: as an operator or NTP does it.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UtcNow + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
