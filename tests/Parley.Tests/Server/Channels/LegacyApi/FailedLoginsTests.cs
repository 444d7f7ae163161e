using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Server.Channels.LegacyApi;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Channels.LegacyApi;

public sealed class FailedLoginsTests
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("198.51.100.7");

    private readonly JumpingClock _clock = new();
    private readonly FailedLogins _failed;

    public FailedLoginsTests() => _failed = new(_clock, NullLogger<FailedLogins>.Instance);

    [Theory, MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task After_ten_wrong_passwords_the_right_one_has_to_wait_a_minute(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var right = $"/http/getbalance?user=sandbox&password={DemoKey.ReadOrMakePassword(server.Folder)}&api_id=1";
        var session =
            (await server.Http.GetStringAsync(right.Replace("getbalance", "auth", StringComparison.Ordinal)))[4..];
        for (var i = 0; i < 9; i++) await server.Http.GetStringAsync(
            "/http/getbalance?user=sandbox&password=guess&api_id=1");
        Assert.Matches("^Credit: ", await server.Http.GetStringAsync(right));
        for (var i = 0; i < 10; i++) await server.Http.GetStringAsync(
            $"/http/getbalance?user=sandbox&password=guess&api_id={i % 3}");
        Assert.Matches("^ERR: 001, ", await server.Http.GetStringAsync(right));
        // Sessions are no guesses.
        Assert.Matches("^Credit: ", await server.Http.GetStringAsync($"/http/getbalance?session_id={session}"));
        server.Clock.Jump(TimeSpan.FromSeconds(61));
        Assert.Matches("^Credit: ", await server.Http.GetStringAsync(right));
    }

    [Fact]
    public void Only_the_address_itself_waits_in_IPv6_its_network()
    {
        foreach (var (guesser, same, other) in ((string, string, string)[])
            [("198.51.100.7", "::ffff:198.51.100.7", "198.51.100.8"),
                ("2001:db8:0:1::1", "2001:db8:0:1:ff::2", "2001:db8:0:2::1")])
        {
            for (var i = 0; i < 10; i++) _failed.Failed(IPAddress.Parse(guesser));
            Assert.True(_failed.Blocked(IPAddress.Parse(same)));
            Assert.False(_failed.Blocked(IPAddress.Parse(other)));
        }
    }

    [Fact]
    public void A_flood_from_everywhere_is_forgotten_instead_of_kept()
    {
        for (var i = 0; i < 10; i++) _failed.Failed(Somewhere);
        for (var i = 0; i < 30_000; i++) _failed.Failed(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]));
        Assert.InRange(_failed.Remembered, 1, 10_000);
        _failed.Passed(Somewhere);
        Assert.False(_failed.Blocked(Somewhere));
    }
}
