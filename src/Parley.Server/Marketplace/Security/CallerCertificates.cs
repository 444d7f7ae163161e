using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Security;

/// <summary>
/// Whether the certificate that a caller showed is one of its client (mutual TLS). TLS has proved that the caller has its key;
/// a connection's certificate is looked at once.
/// </summary>
internal sealed class CallerCertificates(TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ConditionalWeakTable<X509Certificate2, Seen> _seen = [];

    /// <summary>True when the client needs none, or the caller showed one that is valid now and is the client's.</summary>
    public bool Fit(Client client, X509Certificate2? shown)
    {
        if (client.Certificates.Count == 0) return true;
        if (shown is null) return false;
        if (!_seen.TryGetValue(shown, out var seen) || !ReferenceEquals(seen.Client, client))
        {
            seen = new(client, client.Certificates.Any(c => Fits(c, shown)));
            _seen.AddOrUpdate(shown, seen);
        }
        var now = time.GetUtcNow().UtcDateTime;
        return seen.Fits && shown.NotBefore.ToUniversalTime() <= now && now < shown.NotAfter.ToUniversalTime();
    }

    private bool Fits(ClientCertificate wanted, X509Certificate2 shown)
    {
        if (wanted.Sha256.Length > 0) return wanted.Sha256 == Convert.ToHexStringLower(SHA256.HashData(shown.RawData));
        return shown.SubjectName.Name == wanted.Subject && IsIssued(wanted, shown);
    }

    /// <summary>By one of the authorities, for clients. Revocation is not asked for: a door may not wait for strangers.</summary>
    private bool IsIssued(ClientCertificate wanted, X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.GetUtcNow().UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        foreach (var authority in wanted.Authorities)
            (ClientCertificate.IsRoot(authority) ? policy.CustomTrustStore : policy.ExtraStore)
                .Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(authority)));
        return chain.Build(shown);
    }

    private sealed record Seen(Client Client, bool Fits);
}
