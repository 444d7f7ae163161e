using System.Net;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Channels.SmppServer;

namespace Parley.Tests.Server.Channels.SmppServer;

public sealed class AddressesTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Only_failures_in_a_row_block_and_only_for_a_minute()
    {
        var addresses = Known(10);
        for (var i = 0; i < 9; i++) Assert.False(addresses.Failed(One));
        addresses.Succeeded(One);
        for (var i = 0; i < 9; i++) Assert.False(addresses.Failed(One));
        Assert.True(addresses.Failed(One));
        Assert.True(addresses.Blocked(One));
        Assert.Null(addresses.Enter(One));
        Assert.NotNull(addresses.Enter(IPAddress.Parse("192.0.2.2")));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(addresses.Enter(One));
    }

    [Fact]
    public void A_network_of_IPv6_is_one_address_and_a_mapped_one_is_the_IPv4_one()
    {
        var addresses = Known(1);
        Assert.NotNull(addresses.Enter(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.Null(addresses.Enter(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.NotNull(addresses.Enter(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.NotNull(addresses.Enter(One));
        Assert.Null(addresses.Enter(One.MapToIPv6()));
    }

    [Fact]
    public void Memory_is_bounded_and_who_failed_long_ago_is_forgotten_first()
    {
        var addresses = Known(10);
        for (var i = 0; i < 100_000; i++) addresses.Failed(new IPAddress(i + 1L));
        Assert.NotNull(addresses.Enter(One));
    }

    private Addresses Known(int most) => new(new SmppDoorOptions { MaxSessionsPerAddress = most }, _time);
}
