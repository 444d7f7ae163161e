using System.Net;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Tenants;

public sealed class AdminKeysTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Fact]
    public void The_sandbox_key_opens_from_loopback_only()
    {
        var keys = new AdminKeys { Demo = "demo-key-0123456789" };
        Assert.True(keys.Opens("demo-key-0123456789", IPAddress.Loopback));
        Assert.True(keys.Opens("demo-key-0123456789", IPAddress.IPv6Loopback));
        Assert.False(keys.Opens("demo-key-0123456789", Elsewhere));
        Assert.False(keys.Opens("demo-key-0123456789", null));
    }

    [Fact]
    public void Without_keys_nothing_opens()
    {
        var keys = new AdminKeys();
        Assert.False(keys.Opens("", IPAddress.Loopback));
        Assert.False(keys.Opens(new string('x', 201), IPAddress.Loopback));
        keys.Replace([TenantDirectory.HashOf("admin-key-0123456789")]);
        Assert.True(keys.Opens("admin-key-0123456789", Elsewhere));
    }
}
