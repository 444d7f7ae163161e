using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

public sealed class ProxyOptionsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("10.0.0.0/8, 192.0.2.7 ,2001:db8::/32", 3)]
    public void Reads_networks_and_addresses(string trusted, int networks)
    {
        var options = new ProxyOptions { Trusted = trusted };
        Assert.Empty(options.Problems());
        Assert.Equal(networks, options.Networks.Count);
    }

    [Theory]
    [InlineData("everybody")]
    [InlineData("10.0.0.0/8, 300.1.1.1")]
    public void Says_what_is_no_network(string trusted) =>
        Assert.StartsWith("Proxies:Trusted has ", Assert.Single(new ProxyOptions { Trusted = trusted }.Problems()),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("", "203.0.113.9", "127.0.0.1")]
    [InlineData("192.0.2.0/24", "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1, 198.51.100.0/24", "203.0.113.9, 198.51.100.1", "203.0.113.9")]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    public async Task The_caller_is_who_the_nearest_trusted_proxy_says(string trusted, string? header, string caller)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Ports.Free()}");
        await using var app = builder.Build();
        app.UseTrustedProxies(new ProxyOptions { Trusted = trusted });
        app.MapGet("/", (HttpContext context) => context.Connection.RemoteIpAddress!.ToString());
        await app.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.First());
        if (header is not null) request.Headers.Add("X-Forwarded-For", header);
        using var response = await http.SendAsync(request);
        Assert.Equal(caller, await response.Content.ReadAsStringAsync());
    }
}
