using System.Text;
using Parley.Smpp;

namespace Parley.Tests.Smpp;

public sealed class SmppTimeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 1, 55, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("020610233429000R", "2029-06-04T01:29:29Z")]
    [InlineData("261231235959900+", "2026-12-31T23:59:59.9Z")]
    [InlineData("261231235959008+", "2026-12-31T21:59:59Z")]
    [InlineData("261231235959012-", "2027-01-01T02:59:59Z")]
    public void Both_forms_are_read(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            SmppTime.Read(Encoding.ASCII.GetBytes(text), s_now)?.ToUniversalTime());

    [Theory]
    [InlineData("")]
    [InlineData("261331235959000+")]
    [InlineData("260230000000000+")]
    [InlineData("261231245959000+")]
    [InlineData("261231235959049+")]
    [InlineData("2612312359590 1+")]
    [InlineData("2612312359590/9+")]
    [InlineData("26123123595900+0")]
    [InlineData("261231235959000X")]
    public void Anything_else_is_no_time(string text) =>
        Assert.Null(SmppTime.Read(Encoding.ASCII.GetBytes(text), s_now));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Span<byte> target = stackalloc byte[SmppTime.Length];
        SmppTime.WriteAbsolute(s_now, target);
        Assert.Equal("261124015500000+", Encoding.ASCII.GetString(target));
        SmppTime.WriteRelative(new TimeSpan(31, 2, 3, 4), target);
        Assert.Equal("000031020304000R", Encoding.ASCII.GetString(target));
        Assert.Equal(s_now + new TimeSpan(31, 2, 3, 4), SmppTime.Read(target, s_now));
        SmppTime.WriteRelative(TimeSpan.FromDays(-1), target);
        Assert.Equal("000000000000000R", Encoding.ASCII.GetString(target));
    }
}
