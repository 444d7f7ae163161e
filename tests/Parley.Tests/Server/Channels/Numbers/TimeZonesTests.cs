using Microsoft.Extensions.Logging.Abstractions;
using Parley.Server.Channels.Numbers;

namespace Parley.Tests.Server.Channels.Numbers;

public sealed class TimeZonesTests
{
    private static readonly TimeZones Zones = new(NullLogger<TimeZones>.Instance);

    [Theory]
    [InlineData("27821234567", "Africa/Johannesburg")]
    [InlineData("27999000123", "Africa/Johannesburg")]
    [InlineData("12125550100", "America/New_York")]
    [InlineData("14155550100", "America/Los_Angeles")]
    [InlineData("12045550100", "America/Winnipeg")]
    [InlineData("18095550100", "America/Santo_Domingo")]
    [InlineData("5511987654321", "America/Sao_Paulo")]
    [InlineData("4930123456", "Europe/Berlin")]
    public void A_number_tells_its_clock(string number, string zone) =>
        Assert.Equal(zone, Assert.Single(Zones.Of(number)).Id);

    [Theory]
    [InlineData("0821234567")]
    [InlineData("9")]
    [InlineData("27")]
    public void What_tells_nothing_has_the_clock_of_UTC(string number) =>
        Assert.Equal(TimeZoneInfo.Utc, Assert.Single(Zones.Of(number)));

    [Fact]
    public void A_number_that_may_be_in_several_places_has_several_clocks() =>
        Assert.Contains("Europe/London", Zones.Of("447911123456").Select(z => z.Id));
}
