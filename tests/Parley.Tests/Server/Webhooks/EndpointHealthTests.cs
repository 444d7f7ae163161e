using Parley.Platform;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class EndpointHealthTests
{
    private const long Quarter = 15 * Micros.PerMinute;

    [Fact]
    public void Twenty_failures_within_a_moment_pause_nothing()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 100; i++) Assert.False(Fail(health, i));
        Assert.True(health is { Paused: false, Failing: true, Failures: 100 });
    }

    [Fact]
    public void A_quarter_of_an_hour_with_few_failures_pauses_nothing()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 19; i++) Assert.False(Fail(health, i * Micros.PerMinute));
        Assert.False(health.Paused);
    }

    [Fact]
    public void Many_failures_over_a_quarter_of_an_hour_pause()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 19; i++) Fail(health, i);
        Assert.False(Fail(health, Quarter - 1));
        Assert.True(Fail(health, Quarter));
        Assert.Equal((Quarter, EndpointHealth.ByHealth), (health.PausedAt, health.PausedBy));
    }

    [Fact]
    public void A_success_between_starts_the_count_again()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 19; i++) Fail(health, i);
        Succeed(health, 20);
        Assert.False(Fail(health, Quarter));
        Assert.Equal((1, Quarter, 20L), (health.Failures, health.FailingSince, health.LastSuccessAt));
    }

    [Fact]
    public void A_hand_pauses_also_what_health_has_paused_and_not_the_other_way_round()
    {
        var health = new EndpointHealth();
        Assert.True(health.Pause(EndpointHealth.ByHealth, 1));
        Assert.True(health.Pause(EndpointHealth.ByHand, 2));
        Assert.False(health.Pause(EndpointHealth.ByHand, 3));
        Assert.False(health.Pause(EndpointHealth.ByHealth, 4));
        Assert.Equal((2L, EndpointHealth.ByHand), (health.PausedAt, health.PausedBy));
    }

    [Fact]
    public void A_success_resumes_what_health_paused_and_not_what_a_hand_paused()
    {
        var health = new EndpointHealth();
        health.Pause(EndpointHealth.ByHealth, 1);
        Assert.True(Succeed(health, 2));
        Assert.False(health.Paused);
        health.Pause(EndpointHealth.ByHand, 3);
        Assert.False(Succeed(health, 4));
        Assert.True(health.Paused);
        Assert.True(health.Resume());
        Assert.False(health.Resume());
    }

    [Fact]
    public void A_resumed_endpoint_is_not_paused_again_by_old_failures()
    {
        var health = new EndpointHealth();
        for (var i = 0; i < 19; i++) Fail(health, i);
        Fail(health, Quarter);
        health.Resume();
        Assert.False(Fail(health, Quarter + 1));
        Assert.False(health.Paused);
    }

    [Fact]
    public void An_abandoned_attempt_says_nothing()
    {
        var health = new EndpointHealth();
        Assert.False(health.Report(new Attempt(AttemptOutcome.Abandoned, 0, "the node stopped", 1, 1), 1, 0));
        Assert.Equal(0, health.Failures);
    }

    private static bool Fail(EndpointHealth health, long at) =>
        health.Report(new Attempt(AttemptOutcome.Failed, 500, "HTTP 500", at, 1), 20, Quarter);

    private static bool Succeed(EndpointHealth health, long at) =>
        health.Report(new Attempt(AttemptOutcome.Delivered, 200, null, at, 1), 20, Quarter);
}
