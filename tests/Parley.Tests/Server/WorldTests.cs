using Parley.Server;

namespace Parley.Tests.Server;

public sealed class WorldTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://192.0.2.7:8080", false)]
    [InlineData("http://parley.example:8080", false)]
    public void Knows_what_only_this_machine_can_reach(string url, bool loopback) =>
        Assert.Equal(loopback, World.IsLoopback(url));

    [Theory]
    [InlineData("http://*:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::]:8080/", "http://127.0.0.1:8080")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080")]
    [InlineData("https://localhost:8443", "https://localhost:8443")]
    public void Calls_itself_by_an_address_that_works_here(string url, string here) =>
        Assert.Equal(here, World.ThisMachine(url));

    [Theory, MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task The_sandbox_has_an_admin_key_while_it_listens_on_loopback(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        Assert.Equal(200, await server.Admin("/admin/v1/carriers"));
        Assert.Equal(401, await server.Admin("/admin/v1/carriers", "another-key-0123456789"));
    }

    [Fact]
    public async Task The_sandbox_has_no_admin_key_on_other_addresses()
    {
        await using var server = await RunningServer.Start("sqlite", "--urls", $"http://0.0.0.0:{Ports.Free()}");
        Assert.Equal(401, await server.Admin("/admin/v1/carriers"));
    }
}
