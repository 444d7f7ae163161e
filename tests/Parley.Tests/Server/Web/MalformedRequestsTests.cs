using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Web;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Server.Web;

public sealed class UnreadableRequestsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CapturedLog _log = new();

    [Fact]
    public void An_address_gets_one_line_a_minute_which_counts_the_rest()
    {
        var requests = Requests();
        for (var i = 0; i < 5; i++) Note(requests, "192.0.2.1");
        Note(requests, "192.0.2.2");
        Assert.Equal(["1 requests from 192.0.2.1", "1 requests from 192.0.2.2"], Lines());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Note(requests, "192.0.2.1");
        Assert.Equal("5 requests from 192.0.2.1", Lines()[^1]);
    }

    [Fact]
    public void More_addresses_than_are_told_apart_share_a_line_until_others_are_old()
    {
        var requests = Requests();
        for (var i = 0; i < UnreadableRequests.MostAddresses + 100; i++)
            Note(requests, new IPAddress(0x0A000000L + i).ToString());
        Assert.Equal(UnreadableRequests.MostAddresses + 1, Lines().Length);
        Assert.Equal("1 requests from many addresses", Lines()[^1]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Note(requests, "192.0.2.9");
        Assert.Equal("1 requests from 192.0.2.9", Lines()[^1]);
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
    public async Task Every_door_has_them_logged()
    {
        await using var server = await RunningServer.Start("sqlite", "--Logging:Captured:LogLevel:Default", "Warning");
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        var longest = new string('1', 70_000);
        foreach (var door in (string[])["/v1/message", "/messages", "/rest/message", "/http/sendmsg"])
        {
            server.Clock.Jump(TimeSpan.FromMinutes(2));
            for (var i = 0; i < 3; i++)
                await WebModuleTests.Raw(server, $"GET {door}?to={longest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.Single(_log.Lines, l => l.Contains($"GET {door}:", StringComparison.Ordinal));
        }
        server.Clock.Jump(TimeSpan.FromMinutes(2));
        using var broken = new StringContent("{\"messages\":[{");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.PostAsync("/v1/message", broken)).StatusCode);
        Assert.Single(_log.Lines, l => l.Contains("3 requests", StringComparison.Ordinal)
            && l.Contains("POST /v1/message: The payload is malformed", StringComparison.Ordinal));
    }

    private static void Note(UnreadableRequests requests, string from) =>
        requests.Note(IPAddress.Parse(from), "POST", new PathString("/v1/message"), "it is not JSON");

    private UnreadableRequests Requests() => new(_clock, new LoggerFactory([_log]).CreateLogger<UnreadableRequests>());

    private string[] Lines() => [.. _log.Lines.Select(
        l => l[(l.IndexOf(": ", StringComparison.Ordinal) + 2)..l.IndexOf(" could", StringComparison.Ordinal)])];
}
