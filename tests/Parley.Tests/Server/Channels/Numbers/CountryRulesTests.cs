using Parley.Server.Channels.Numbers;

namespace Parley.Tests.Server.Channels.Numbers;

public sealed class CountryRulesTests
{
    [Fact]
    public void The_USA_need_a_way_back_and_stop_commands_and_take_no_names()
    {
        var rule = new CountryRules().Of("12025550143")!;
        Assert.Equal(
            (TwoWayMessaging.Needed, true, NamesAsSenders.Refused), (rule.TwoWay, rule.StopCommands, rule.Names));
        Assert.True(new CountryRules().Of("12045550143")!.AllowsAll);
        Assert.True(new CountryRules().Of("27821234567")!.AllowsAll);
        Assert.Null(new CountryRules().Of("0"));
    }

    [Fact]
    public void What_is_provisioned_comes_before_the_table_and_digits_before_countries()
    {
        var rules = new CountryRules();
        rules.Replace(
        [
            new() { Place = "US" },
            new() { Place = "27", Names = NamesAsSenders.Refused },
            new() { Place = "2782", TwoWay = TwoWayMessaging.None },
            new() { Place = "99999", StopCommands = true },
        ]);
        Assert.True(rules.Of("12025550143")!.AllowsAll);
        Assert.Equal(NamesAsSenders.Refused, rules.Of("27831234567")!.Names);
        Assert.Equal(TwoWayMessaging.None, rules.Of("27821234567")!.TwoWay);
        Assert.True(rules.Of("99999123")!.StopCommands);
        rules.Replace([]);
        Assert.False(rules.Of("12025550143")!.AllowsAll);
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var rules = new CountryRules();
        Assert.NotNull(rules.Of("12025550143"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) rules.Of("12025550143");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
