using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Tests.Server.Marketplace.Security;

/// <summary>An authority with one below it, and the certificates that they issue.</summary>
internal sealed class ClientCertificateMaker : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuer;
    private byte _serial;

    public ClientCertificateMaker(string name = "Root")
    {
        _root = Authority(name, _rootKey).CreateSelfSigned(DateTimeOffset.UnixEpoch, End);
        using var bare = Authority(name + " issuer", _issuerKey).Create(_root, DateTimeOffset.UnixEpoch, End, [9, 9]);
        _issuer = bare.CopyWithPrivateKey(_issuerKey);
    }

    private static DateTimeOffset End => new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>As a provisioning file has it: in one line.</summary>
    public string Root => Convert.ToBase64String(_root.RawData);

    public string Issuer => Convert.ToBase64String(_issuer.RawData);

    /// <summary>Issued by the one below the authority, for clients unless it is said for what.</summary>
    public X509Certificate2 Issue(
        string subject, string purpose = "1.3.6.1.5.5.7.3.2", DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var bare = request.Create(_issuer, from ?? DateTimeOffset.UnixEpoch, until ?? End, [1, ++_serial]);
        using var made = bare.CopyWithPrivateKey(key);
        // Through a file's form: TLS takes no key that lives in memory only, on some systems.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public static string Sha256(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    public void Dispose()
    {
        _root.Dispose();
        _issuer.Dispose();
        _rootKey.Dispose();
        _issuerKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
