using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhooksOptionsTests
{
    [Fact]
    public void The_defaults_are_sound() => Assert.Empty(new WebhooksOptions().Problems());

    [Fact]
    public void Every_problem_is_reported_with_its_name()
    {
        var wrong = new WebhooksOptions
        {
            Timeout = TimeSpan.Zero,
            PerEndpoint = 0,
            InFlight = 0,
            WaitingPerEndpoint = -1,
            Waiting = -1,
            BatchSize = 0,
            RetriesPerEndpoint = 101,
            PauseAfterFailures = 0,
            PauseAfter = TimeSpan.Zero,
            ProbeEvery = TimeSpan.Zero,
            KeepDelivered = TimeSpan.Zero,
            KeepDead = TimeSpan.Zero,
            StopWithin = TimeSpan.FromHours(1),
        };
        var names = wrong.Problems().Select(p => p[..p.IndexOf(' ', StringComparison.Ordinal)]).ToList();
        Assert.Equal(typeof(WebhooksOptions).GetProperties().Select(p => "Webhooks:" + p.Name).Order(), names.Order());
    }
}
