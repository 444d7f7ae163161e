using Parley.Server.Channels.Messages;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class RouteTableTests
{
    [Fact]
    public void Tenant_goes_before_sender_before_the_longest_prefix_before_priority()
    {
        var table = Table(
            Route("anybody", prefix: "27"),
            Route("longer", prefix: "2799"),
            Route("later", prefix: "2799", priority: 200),
            Route("sender", sender: "Parley"),
            Route("tenant", tenant: "t"),
            Route("other-tenant", tenant: "u"));
        Assert.Equal(
            ["tenant", "sender", "longer", "later", "anybody"], table.Carriers("t", "parley", "27999000001"));
        Assert.Equal(["longer", "later", "anybody"], table.Carriers("v", "1", "27999000001"));
        Assert.Equal(["anybody"], table.Carriers("v", "1", "27100000001"));
    }

    [Fact]
    public void Nothing_matches_nothing()
    {
        Assert.Empty(Table().Carriers("t", "", "27999000001"));
        Assert.Empty(Table(Route("a", prefix: "44")).Carriers("t", "", "27999000001"));
    }

    [Fact]
    public void A_prefix_longer_than_the_number_is_no_match() =>
        Assert.Empty(Table(Route("a", prefix: "2799900000199")).Carriers("t", "", "27999000001"));

    [Fact]
    public void A_carrier_stands_once_at_its_best_place() => Assert.Equal(
        ["a", "b"],
        Table(Route("a", prefix: "279"), Route("b", prefix: "27"), Route("a", prefix: "2"))
            .Carriers("t", "", "27999000001"));

    [Fact]
    public void A_single_catch_all_serves_everybody() =>
        Assert.Equal(["only"], Table(Route("only")).Carriers("t", "", "27999000001"));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    public void Equals_share_by_weight(int heavy, int light)
    {
        var table = Table(Route("heavy", weight: heavy), Route("light", weight: light));
        var draws = Enumerable.Range(0, 4_000).Count(_ => table.Carriers("t", "", "27999000001")[0] == "heavy");
        var share = (double)heavy / (heavy + light);
        Assert.InRange(draws / 4_000.0, share - 0.03, share + 0.03);
    }

    private static RouteTable Table(params Route[] routes)
    {
        var table = new RouteTable(new Random(11));
        table.Replace(routes);
        return table;
    }

    private static Route Route(
        string carrier, string? tenant = null, string? sender = null, string prefix = "", int priority = 100,
        int weight = 1) =>
        new(carrier, tenant, sender, prefix, priority, weight, carrier);
}
