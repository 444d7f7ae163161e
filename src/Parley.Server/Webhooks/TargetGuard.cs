using System.Net;
using System.Net.Sockets;

namespace Parley.Server.Webhooks;

/// <summary>
/// Keeps callbacks out of the operator's own network: the address that is connected to is the one that was checked, so
/// a name that resolves differently the second time gains nothing.
/// </summary>
internal static class TargetGuard
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of 2000::/3, the only global unicast there is: protocol assignments with Teredo, documentation.
            "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>True for an address of the public internet (IANA special-purpose registries).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Refused.Any(n => n.Contains(address));
        if (address.IsIPv4MappedToIPv6) return IsPublic(address.MapToIPv4());
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length) || length != 16) return false;
        // Addresses that carry an IPv4 address reach what that one reaches.
        if (Nat64.Contains(address)) return IsPublic(new IPAddress(bytes[12..]));
        if (SixToFour.Contains(address)) return IsPublic(new IPAddress(bytes[2..6]));
        return GlobalUnicast.Contains(address) && !Refused.Any(n => n.Contains(address));
    }

    /// <summary>Connects to a public address of the host, or throws <see cref="TargetRefused"/>.</summary>
    public static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint;
        var resolved = IPAddress.TryParse(host.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, cancel);
        var allowed = Array.FindAll(resolved, IsPublic);
        if (allowed.Length == 0) throw new TargetRefused();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The callback address is private, loopback, link-local or otherwise not of the public internet.</summary>
internal sealed class TargetRefused()
    : Exception("the address is not public; callbacks to private addresses are not allowed for this integration");
