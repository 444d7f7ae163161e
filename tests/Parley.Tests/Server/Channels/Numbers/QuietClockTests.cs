using System.Globalization;
using CsCheck;
using Parley.Platform;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.Numbers;

public sealed class QuietClockTests
{
    [Theory]
    // Over midnight.
    [InlineData("Africa/Johannesburg", "21:00", "08:00", "2026-03-10T12:00:00Z", null)]
    [InlineData("Africa/Johannesburg", "21:00", "08:00", "2026-03-10T19:00:00Z", "2026-03-11T06:00:00Z")]
    [InlineData("Africa/Johannesburg", "21:00", "08:00", "2026-03-10T18:59:59Z", null)]
    [InlineData("Africa/Johannesburg", "21:00", "08:00", "2026-03-11T03:00:00Z", "2026-03-11T06:00:00Z")]
    [InlineData("Africa/Johannesburg", "21:00", "08:00", "2026-03-11T06:00:00Z", null)]
    // Within a day.
    [InlineData("Asia/Kolkata", "12:00", "14:30", "2026-03-10T07:00:00Z", "2026-03-10T09:00:00Z")]
    [InlineData("Asia/Kolkata", "12:00", "14:30", "2026-03-10T09:00:00Z", null)]
    [InlineData("Pacific/Kiritimati", "22:00", "06:00", "2026-03-10T09:00:00Z", "2026-03-10T16:00:00Z")]
    // Clocks go forward in the night of 28 March 2026 in Europe: it is an hour shorter.
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z")]
    // The end falls into the hour that is left out.
    [InlineData("Europe/Berlin", "21:00", "02:30", "2026-03-28T22:00:00Z", "2026-03-29T01:30:00Z")]
    // They go back on 25 October: an hour longer, and the later of two ends counts.
    [InlineData("Europe/Berlin", "21:00", "08:00", "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z")]
    [InlineData("Europe/Berlin", "21:00", "02:30", "2026-10-24T22:00:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("Europe/Berlin", "21:00", "02:30", "2026-10-25T00:40:00Z", null)]
    [InlineData("Europe/Berlin", "21:00", "02:30", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z")]
    // A clock of half an hour (Lord Howe, 4 October 2026).
    [InlineData("Australia/Lord_Howe", "21:00", "08:00", "2026-10-03T12:00:00Z", "2026-10-03T21:00:00Z")]
    public void Ends_by_the_recipients_clock(string zone, string from, string to, string at, string? free) =>
        Assert.Equal(free, Free(from, to, at, zone));

    [Theory]
    // It is quiet until 8:00 in Los Angeles, which is 11:00 in New York.
    [InlineData("21:00", "08:00", "2026-01-10T04:00:00Z", "2026-01-10T16:00:00Z")]
    [InlineData("21:00", "08:00", "2026-01-10T14:00:00Z", "2026-01-10T16:00:00Z")]
    [InlineData("21:00", "08:00", "2026-01-10T20:00:00Z", null)]
    public void Of_several_clocks_all_must_be_past(string from, string to, string at, string? free) =>
        Assert.Equal(free, Free(from, to, at, "America/New_York", "America/Los_Angeles"));

    [Fact]
    public void Where_it_is_always_night_somewhere_the_first_clock_counts() => Assert.Equal(
        "2026-01-10T08:00:00Z", Free(
            "18:00", "08:00", "2026-01-10T01:00:00Z", "Etc/UTC", "Etc/GMT+8", "Etc/GMT-8"));

    [Fact]
    public void Whatever_the_hours_and_the_zone_it_is_not_quiet_at_the_end_and_was_until_then()
    {
        TimeZoneInfo[] zones =
        [
            .. ((string[])["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
                "America/St_Johns", "Africa/Casablanca", "Pacific/Apia"]).Select(TimeZoneInfo.FindSystemTimeZoneById),
        ];
        var start = Micros.FromTime(DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture));
        Gen.Select(Gen.OneOfConst(zones), Gen.Int[0, 1_439], Gen.Int[0, 1_439], Gen.Int[0, 365 * 24 * 60])
            .Where((_, from, to, _) => from != to)
            .Sample((zone, from, to, minutes) =>
            {
                var quiet = new QuietHours(from, to);
                var at = start + (minutes * Micros.PerMinute);
                if (QuietClock.NotBefore(quiet, [zone], at) is not { } free) return;
                Assert.Null(QuietClock.NotBefore(quiet, [zone], free));
                // Where clocks are set meanwhile, the local time may leave the hours, or enter them, twice.
                if (Offset(zone, at) == Offset(zone, free))
                    Assert.NotNull(QuietClock.NotBefore(quiet, [zone], at + ((free - at) / 4)));
                Assert.InRange(free - at, 1, 26 * 60 * Micros.PerMinute);
            });
    }

    private static TimeSpan Offset(TimeZoneInfo zone, long at) => zone.GetUtcOffset(Micros.ToTime(at));

    private static string? Free(string from, string to, string at, params string[] zones)
    {
        var free = QuietClock.NotBefore(
            new QuietHours(Minute(from), Minute(to)), [.. zones.Select(TimeZoneInfo.FindSystemTimeZoneById)],
            Micros.FromTime(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
        return free is { } known
            ? Micros.ToTime(known).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : null;
    }

    private static int Minute(string time) =>
        (int)TimeOnly.Parse(time, CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes;
}
