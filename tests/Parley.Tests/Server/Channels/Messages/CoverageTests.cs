using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Route = Parley.Server.Channels.Messages.Route;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class CoverageTests
{
    private readonly RouteTable _routes = new(new Random(1));
    private readonly Integration _integration = new()
    {
        Id = "shop",
        Name = "shop",
        Tenant = new("acme", "Acme", true, 1, "EUR"),
        Senders = [new("12025550101", false)],
    };

    [Fact]
    public void Is_what_the_routes_say_for_the_sender_that_would_be_used()
    {
        _routes.Replace([new("a", null, null, "27", 1, 1, "first"), new("b", null, "Other", "44", 1, 1, "first")]);
        var coverage = new Coverage(_routes);
        Assert.True(coverage.Reaches(_integration, "", "+27999000123"));
        Assert.False(coverage.Reaches(_integration, "", "447700900123"));
    }

    [Fact]
    public void Leaves_bad_numbers_and_senders_to_the_rules_that_know_why()
    {
        var coverage = new Coverage(_routes);
        Assert.True(coverage.Reaches(_integration, "", "12"));
        Assert.True(coverage.Reaches(_integration, "Stranger", "27999000123"));
        Assert.False(coverage.Reaches(_integration, "", "27999000123"));
        Assert.Null(Coverage.Number("12"));
        Assert.Equal("27999000123", Coverage.Number(" +27999000123"));
    }
}
