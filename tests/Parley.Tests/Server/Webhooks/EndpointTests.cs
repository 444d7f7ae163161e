using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class EndpointTests
{
    private static readonly WebhooksOptions Options = new();
    private readonly Endpoint _endpoint = new("int-1", CallbackKind.Status, Options, new Budget(Options));

    [Fact]
    public void A_row_that_was_read_before_a_pause_or_resume_of_this_node_changes_nothing()
    {
        var before = _endpoint.Turns;
        _endpoint.Pause(EndpointHealth.ByHand, 1);
        Assert.False(_endpoint.TakeIn(null, before));
        Save();
        Assert.False(_endpoint.TakeIn(null, before));
        Assert.True(_endpoint.Paused);
        Assert.True(_endpoint.TakeIn(null, _endpoint.Turns));
        Assert.False(_endpoint.Paused);
    }

    [Fact]
    public void While_a_resume_is_not_written_no_row_counts()
    {
        var paused = new EndpointRow { PausedAt = 1, PausedBy = EndpointHealth.ByHand };
        Assert.True(_endpoint.TakeIn(paused, _endpoint.Turns));
        _endpoint.Resume();
        Assert.Null(_endpoint.Turns);
        Assert.False(_endpoint.TakeIn(paused, _endpoint.Turns));
        Assert.False(_endpoint.Paused);
    }

    [Fact]
    public void What_was_turned_while_its_row_was_written_is_written_again()
    {
        var before = _endpoint.Write();
        _endpoint.Pause(EndpointHealth.ByHand, 1);
        _endpoint.Saved(before, overruled: false);
        Assert.True(_endpoint.Dirty);
        Assert.True(_endpoint.Write().Turned);
        // The same moment, another hand.
        _endpoint.Resume();
        _endpoint.Pause(EndpointHealth.ByHealth, 1);
        var health = _endpoint.Write();
        _endpoint.Pause(EndpointHealth.ByHand, 1);
        _endpoint.Saved(health, overruled: true);
        Assert.Equal((true, EndpointHealth.ByHand), (_endpoint.Write().Turned, _endpoint.Row().PausedBy));
    }

    private void Save() => _endpoint.Saved(_endpoint.Write(), overruled: false);
}
