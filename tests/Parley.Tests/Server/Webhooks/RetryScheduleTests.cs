using Parley.Platform;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class RetryScheduleTests
{
    [Fact]
    public void A_status_is_tried_after_2_to_128_minutes_and_after_3_days() =>
        Assert.Equal([2, 4, 8, 16, 32, 64, 128, 4320], Waits(RetrySchedule.Status));

    [Fact]
    public void An_inbound_message_is_tried_within_55_minutes() =>
        Assert.Equal([2, 4, 8, 16, 25], Waits(RetrySchedule.Inbound));

    [Fact]
    public void The_last_attempt_lies_before_the_deadline_even_when_every_attempt_takes_its_whole_time()
    {
        foreach (var schedule in (RetrySchedule[])[RetrySchedule.Status, RetrySchedule.Inbound])
        {
            var latest = new LatestRandom();
            var now = 0L;
            for (var tries = 1; schedule.Next(tries, now + (10 * Micros.PerSecond), latest) is { } next; tries++)
                now = next;
            Assert.InRange(now, Micros.From(schedule.Life - RetrySchedule.Slack), Micros.From(schedule.Life) - 1);
        }
    }

    private static List<long> Waits(RetrySchedule schedule)
    {
        var random = new Random(7);
        var waits = new List<long>();
        for (var tries = 1; schedule.Next(tries, 0, random) is { } next; tries++)
        {
            var minutes = next / Micros.PerMinute;
            Assert.InRange(next - (minutes * Micros.PerMinute), 0, 10 * Micros.PerSecond);
            waits.Add(minutes);
        }
        return waits;
    }

    private sealed class LatestRandom : Random
    {
        public override long NextInt64(long minValue, long maxValue) => maxValue - 1;
    }
}
