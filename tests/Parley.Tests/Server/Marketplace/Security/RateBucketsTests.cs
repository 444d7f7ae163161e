using Microsoft.Extensions.Time.Testing;
using Parley.Server.Marketplace.Security;

namespace Parley.Tests.Server.Marketplace.Security;

public sealed class RateBucketsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RateBuckets _rates;

    public RateBucketsTests() => _rates = new(_time);

    [Fact]
    public void Takes_what_is_there_and_then_says_how_long_to_wait()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(0, Take(3));
        Assert.Equal(20, Take(3));
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(8, Take(3));
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(0, Take(3));
        Assert.Equal(20, Take(3));
    }

    [Fact]
    public void Counts_everybody_and_everything_apart_and_zero_is_no_limit()
    {
        Assert.Equal(0, Take(1));
        Assert.NotEqual(0, Take(1));
        Assert.Equal(0, _rates.Take("token", "b", 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(0, _rates.Take("call", "a", 1, TimeSpan.FromMinutes(1)));
        for (var i = 0; i < 100; i++) Assert.Equal(0, Take(0));
    }

    private int Take(int most) => _rates.Take("token", "a", most, TimeSpan.FromMinutes(1));
}
