using System.Net;
using System.Net.Sockets;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads where callbacks go (<c>status</c>, <c>inbound</c>) and what signs them.</summary>
internal static class CallbackReader
{
    private const string SecretPrefix = "whsec_";

    public static CallbackTarget Read(Section? section, bool toPrivate)
    {
        if (section is null) return CallbackTarget.None;
        var url = section.Required("url", 2_000);
        var user = section.Text("user", 200);
        var password = section.Text("password", 200);
        section.End();
        if (url.Length > 0 && Wrong(url, toPrivate) is { } problem) section.Problem("url", problem);
        if (user.Contains(':')) section.Problem("user", "may not contain a colon (RFC 7617 §2)");
        if (password.Length > 0 && user.Length == 0 && !section.Has("user")) section.Problem("password", "stands without a user");
        return new(url, user, password);
    }

    /// <summary>Standard Webhooks: <c>whsec_</c> and 24 to 64 bytes in base64; the newest first, the old one beside it during rotation.</summary>
    public static IReadOnlyList<string> SigningSecrets(Section integration)
    {
        var secrets = new List<string>();
        foreach (var (node, path) in integration.List("signingSecrets", 2))
        {
            if (integration.Findings.Text(node, path, 200) is not { } secret) continue;
            var bytes = new byte[200];
            if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
                || !Convert.TryFromBase64String(secret[SecretPrefix.Length..], bytes, out var length)
                || length is < 24 or > 64)
                integration.Findings.Add(path, node.Line, $"must be '{SecretPrefix}' and 24 to 64 bytes in base64");
            else secrets.Add(secret);
        }
        if (secrets.Count == 2 && secrets[0] == secrets[1]) integration.Problem("signingSecrets", "holds the same secret twice");
        return secrets;
    }

    private static string? Wrong(string text, bool toPrivate)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0) return "is not an absolute URL";
        if (url.Scheme is not ("http" or "https")) return "must begin with http:// or https://";
        if (url.UserInfo.Length > 0) return "holds credentials; give them as user and password";
        if (url.Fragment.Length > 0) return "has a fragment (#…)";
        return !toPrivate && IsPrivate(url) ? "leads to a private, loopback or link-local address; set allowPrivateTargets: true to allow it" : null;
    }

    /// <summary>Tells what the URL itself shows; what a name resolves to is looked at for every call.</summary>
    private static bool IsPrivate(Uri url)
    {
        var host = url.IdnHost.TrimEnd('.');
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) return true;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address)) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal || address.Equals(IPAddress.IPv6Any);
        return address.GetAddressBytes() is [0 or 10 or 127, ..] or [169, 254, ..] or [192, 168, ..] or [172, >= 16 and <= 31, ..]
            or [100, >= 64 and <= 127, ..]; // RFC 1918, 3927, 6598
    }
}
