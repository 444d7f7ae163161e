using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Storage;
using Parley.Server.Channels.LegacyApi;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Channels.LegacyApi;

/// <summary>Sessions of legacy HTTP (contract channels §7.1).</summary>
public sealed class SessionsTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Last_15_minutes_from_their_last_use(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var session = await Open(server);
        for (var i = 0; i < 3; i++)
        {
            server.Clock.Jump(TimeSpan.FromMinutes(14.5));
            Assert.Equal("OK: ", await server.Http.GetStringAsync($"/http/ping?session_id={session}"));
        }
        server.Clock.Jump(TimeSpan.FromMinutes(14.5));
        Assert.Matches("^Credit: ", await server.Http.GetStringAsync($"/http/getbalance?session_id={session}"));
        server.Clock.Jump(TimeSpan.FromMinutes(15.1));
        foreach (var command in (string[])["ping", "getbalance"])
            Assert.Matches("^ERR: 003, ", await server.Http.GetStringAsync($"/http/{command}?session_id={session}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Outlive_a_restart_and_a_use_shortly_before_it(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var session = await Open(server);
        server.Clock.Jump(TimeSpan.FromMinutes(10));
        await server.Http.GetStringAsync($"/http/ping?session_id={session}");
        await server.Restart();
        server.Clock.Jump(TimeSpan.FromMinutes(14));
        Assert.Equal("OK: ", await server.Http.GetStringAsync($"/http/ping?session_id={session}"));
        await server.Restart();
        server.Clock.Jump(TimeSpan.FromMinutes(16.1));
        Assert.Matches("^ERR: 003, ", await server.Http.GetStringAsync($"/http/ping?session_id={session}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Are_written_once_a_minute_and_dropped_when_they_are_over(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var session = await Open(server);
        var first = await UsedAt(server);
        server.Clock.Jump(TimeSpan.FromSeconds(30));
        await server.Http.GetStringAsync($"/http/ping?session_id={session}");
        Assert.Equal(first, await UsedAt(server));
        server.Clock.Jump(TimeSpan.FromSeconds(31));
        await server.Http.GetStringAsync($"/http/ping?session_id={session}");
        Assert.True(await UsedAt(server) >= first + 61_000_000);
        var sessions = server.Services.GetRequiredService<Sessions>();
        await sessions.DropOld(default);
        Assert.NotEqual(0, await UsedAt(server));
        server.Clock.Jump(TimeSpan.FromMinutes(17));
        await sessions.DropOld(default);
        Assert.Equal(0, await UsedAt(server));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_use_on_another_node_counts(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var session = await Open(server);
        // As another node writes it.
        server.Clock.Jump(TimeSpan.FromMinutes(10));
        var at = await UsedAt(server) + 600_000_000;
        await server.Services.GetRequiredService<Database>().Transact(
            tx => tx.Execute("UPDATE legacy_sessions SET used_at = @at", new { at }), default);
        server.Clock.Jump(TimeSpan.FromMinutes(10));
        Assert.Equal("OK: ", await server.Http.GetStringAsync($"/http/ping?session_id={session}"));
    }

    private static async Task<string> Open(RunningServer server)
    {
        var password = DemoKey.ReadOrMakePassword(server.Folder);
        var answer = await server.Http.GetStringAsync($"/http/auth?user=sandbox&password={password}&api_id=1");
        Assert.Matches("^OK: [0-9a-f]{32}$", answer);
        return answer[4..];
    }

    private static Task<long> UsedAt(RunningServer server) => server.Services.GetRequiredService<Database>().Transact(
        tx => tx.First<long>("SELECT used_at FROM legacy_sessions"), default);
}
