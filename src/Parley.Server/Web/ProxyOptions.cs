using System.Net;

namespace Parley.Server.Web;

/// <summary>Reverse proxies in front of the doors. Section <c>Proxies</c>.</summary>
public sealed record ProxyOptions
{
    /// <summary>
    /// Networks (CIDR) or addresses of proxies, separated by commas, whose <c>X-Forwarded-For</c> says who calls. Empty: the header
    /// is looked at nowhere, and who connects is who calls.
    /// </summary>
    public string Trusted { get; init; } = "";

    internal IReadOnlyList<IPNetwork> Networks => [.. Parts.Select(Read).OfType<IPNetwork>()];

    private string[] Parts => Trusted.Split(
        ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems() => Parts.Where(p => Read(p) is null)
        .Select(p => $"Proxies:Trusted has {p}; a network is written such as 10.0.0.0/8 or 2001:db8::/32");

    private static IPNetwork? Read(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var one) ? new(one, one.GetAddressBytes().Length * 8) : null;
    }
}
