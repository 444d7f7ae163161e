using Parley.Platform;
using Parley.Server.Marketplace.Settlement;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class SettlementDayTests
{
    [Fact]
    public void Is_a_day_in_utc_that_is_closed_after_a_grace()
    {
        var day = SettlementDay.Parse("2024-02-29")!.Value;
        Assert.Equal(day, SettlementDay.Of(day.From));
        Assert.Equal(day, SettlementDay.Of(day.Until - 1));
        Assert.Equal("2024-03-01", SettlementDay.Of(day.Until).ToString());
        Assert.Equal(24 * 60 * Micros.PerMinute, day.Until - day.From);
        var grace = TimeSpan.FromMinutes(5);
        Assert.False(day.IsClosed(day.Until + Micros.From(grace) - 1, grace));
        Assert.True(day.IsClosed(day.Until + Micros.From(grace), grace));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2025-02-29")]
    [InlineData("25-11-2025")]
    [InlineData("2025-11-25T00:00")]
    [InlineData("9999-12-31")]
    public void Is_nothing_else(string? text) => Assert.Null(SettlementDay.Parse(text));
}
