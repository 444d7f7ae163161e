using Parley.Platform;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class ResultScheduleTests
{
    [Fact]
    public void Waits_as_the_contract_says() => Assert.Equal(
        [30, 60, 300, 900, 3_600, 10_800, 21_600, 21_600],
        Enumerable.Range(1, 8).Select(n => ResultSchedule.After(n, hourly: false) / Micros.PerSecond));

    [Theory]
    [InlineData("2026-03-02T10:00:00Z", "2026-03-11T10:00:00Z")] // Monday
    [InlineData("2026-03-06T10:00:00Z", "2026-03-17T10:00:00Z")] // Friday
    [InlineData("2026-03-07T10:00:00Z", "2026-03-17T10:00:00Z")] // Saturday
    public void Gives_up_after_seven_business_days(string final, string last) => Assert.Equal(
        DateTimeOffset.Parse(last, null),
        Micros.ToTime(ResultSchedule.LastAt(Micros.FromTime(DateTimeOffset.Parse(final, null)))));
}
