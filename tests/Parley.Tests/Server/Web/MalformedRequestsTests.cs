using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Web;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Server.Web;

public sealed class MalformedRequestsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CapturedLog _log = new();

    [Fact]
    public void An_address_gets_one_line_a_minute_which_counts_the_rest()
    {
        var requests = Requests();
        for (var i = 0; i < 5; i++) Note(requests, "192.0.2.1");
        Note(requests, "192.0.2.2");
        Assert.Equal(["192.0.2.1 sent 1", "192.0.2.2 sent 1"], Lines());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Note(requests, "192.0.2.1");
        Assert.Equal("192.0.2.1 sent 5", Lines()[^1]);
    }

    [Fact]
    public void More_addresses_than_are_told_apart_share_a_line_until_others_are_old()
    {
        var requests = Requests();
        for (var i = 0; i < MalformedRequests.MostAddresses + 100; i++)
            Note(requests, new IPAddress(0x0A000000L + i).ToString());
        Assert.Equal(MalformedRequests.MostAddresses + 1, Lines().Length);
        Assert.Equal("many addresses sent 1", Lines()[^1]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Note(requests, "192.0.2.9");
        Assert.Equal("192.0.2.9 sent 1", Lines()[^1]);
    }

    [Fact]
    public void What_stands_in_a_path_makes_no_second_line()
    {
        Requests().Note(IPAddress.Loopback, "GET", "/a\nerror: all is lost" + new string('x', 500), "why");
        var line = Assert.Single(_log.Lines);
        Assert.DoesNotContain('\n', line);
        Assert.InRange(line.Length, 1, 300);
    }

    [Fact]
    public async Task Every_door_has_them_logged_once()
    {
        await using var server = await RunningServer.Start("sqlite", "--Logging:Captured:LogLevel:Default", "Warning");
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        var longest = new string('1', 70_000);
        foreach (var path in (string[])["/v1/message", "/messages", "/public-client/balance", "/rest/message",
            "/http/sendmsg", MarketWorld.Base + "/transact", "/nobody"])
        {
            server.Clock.Jump(TimeSpan.FromMinutes(2));
            for (var i = 0; i < 3; i++)
                await WebModuleTests.Raw(server, $"GET {path}?to={longest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.Single(_log.Lines, l => l.Contains($"now GET {path}: its line is too long", StringComparison.Ordinal));
        }
        foreach (var path in (string[])["/v1/message", "/messages", "/rest/message"])
        {
            server.Clock.Jump(TimeSpan.FromMinutes(2));
            using var broken = new StringContent("{\"messages\":[{", null, "application/json");
            using var answer = await server.Http.PostAsync(path, broken);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{path}: {text}");
            Assert.Single(_log.Lines, l => l.Contains($"now POST {path}: ", StringComparison.Ordinal));
        }
    }

    private static void Note(MalformedRequests requests, string from) =>
        requests.Note(IPAddress.Parse(from), "POST", new PathString("/v1/message"), "it is not JSON");

    private MalformedRequests Requests() => new(_clock, new LoggerFactory([_log]).CreateLogger<MalformedRequests>());

    private string[] Lines() => [.. _log.Lines.Select(
        l => l[(l.IndexOf(": ", StringComparison.Ordinal) + 2)..l.IndexOf(" malformed", StringComparison.Ordinal)])];
}
