using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Tests.Server.Web;

/// <summary>Certificates in files, as an operator brings them.</summary>
internal sealed class CertificateMaker : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-certificate-").FullName;

    public string Certificate => Path.Combine(_folder, "certificate.pem");

    public string Key => Path.Combine(_folder, "key.pem");

    public string Pfx => Path.Combine(_folder, "certificate.pfx");

    /// <summary>Writes a self-signed one of this name over what is there, in both kinds of file.</summary>
    public void Write(string name, string password = "")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Request(name, key).CreateSelfSigned(DateTimeOffset.UnixEpoch, Until);
        Write(made.ExportCertificatePem(), key, password);
        File.WriteAllBytes(Pfx, made.Export(X509ContentType.Pkcs12, password));
    }

    /// <summary>Writes one of this name followed by the authority that issued it, and answers the authority.</summary>
    public X509Certificate2 WriteIssued(string name)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = Request("authority", rootKey);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var root = authority.CreateSelfSigned(DateTimeOffset.UnixEpoch, Until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(name, key).Create(root, DateTimeOffset.UnixEpoch, Until, [1, 2, 3]);
        Write(issued.ExportCertificatePem() + "\n" + root.ExportCertificatePem(), key, "");
        return root;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DateTimeOffset Until => new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private void Write(string certificate, ECDsa key, string password)
    {
        File.WriteAllText(Certificate, certificate);
        var slow = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        File.WriteAllText(Key, password.Length == 0
            ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, slow));
    }

    private static CertificateRequest Request(string name, ECDsa key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256);
}
