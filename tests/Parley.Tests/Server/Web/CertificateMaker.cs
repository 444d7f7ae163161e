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

    /// <summary>Writes one of this name followed by the one between it and the root, which clients have themselves.</summary>
    public void WriteIssued(string name, string between)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("root", rootKey).CreateSelfSigned(DateTimeOffset.UnixEpoch, Until);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Authority(between, middleKey).Create(root, DateTimeOffset.UnixEpoch, Until, [1, 2, 3]);
        using var middle = bare.CopyWithPrivateKey(middleKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(name, key).Create(middle, DateTimeOffset.UnixEpoch, Until, [4, 5, 6]);
        Write(issued.ExportCertificatePem() + "\n" + middle.ExportCertificatePem(), key, "");
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

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    private static CertificateRequest Request(string name, ECDsa key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256);
}
