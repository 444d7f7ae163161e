using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Parley.Server.Web;

/// <summary>What the files of a certificate hold at one moment.</summary>
public sealed class CertificateFiles
{
    private const int Largest = 1 << 20;
    private readonly byte[] _certificate;
    private readonly byte[]? _key;

    private CertificateFiles(byte[] certificate, byte[]? key)
    {
        (_certificate, _key) = (certificate, key);
        Mark = SHA256.HashData([.. SHA256.HashData(certificate), .. SHA256.HashData(key ?? [])]);
    }

    /// <summary>Other contents have another mark.</summary>
    public byte[] Mark { get; }

    /// <exception cref="IOException">A file can't be read, or is larger than a megabyte.</exception>
    internal static CertificateFiles Read(HttpsOptions options) => Read(options.Certificate, options.Key);

    /// <summary>The same of any two files; without a key file the key stands with the certificate.</summary>
    /// <exception cref="IOException">A file can't be read, or is larger than a megabyte.</exception>
    public static CertificateFiles Read(string certificate, string key) =>
        new(ReadFile(certificate), key.Length > 0 ? ReadFile(key) : null);

    /// <summary>The text of a file of certificates.</summary>
    /// <exception cref="IOException">It can't be read, or is larger than a megabyte.</exception>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadFile(path));

    /// <summary>The certificate that the key belongs to, with the others of its file.</summary>
    /// <exception cref="CryptographicException">There is none.</exception>
    public SslStreamCertificateContext Load(string password)
    {
        try
        {
            var all = new X509Certificate2Collection();
            X509Certificate2 own;
            if (IsPem(_certificate))
            {
                var pem = Encoding.UTF8.GetString(_certificate);
                own = WithKey(pem, _key is null ? pem : Encoding.UTF8.GetString(_key), password);
                all.ImportFromPem(pem);
            }
            else
            {
                all = X509CertificateLoader.LoadPkcs12Collection(_certificate, password);
                own = all.FirstOrDefault(c => c.HasPrivateKey)
                    ?? throw new CryptographicException("the file holds no private key");
            }
            var others = new X509Certificate2Collection(all.Where(c => c.Thumbprint != own.Thumbprint).ToArray());
            return SslStreamCertificateContext.Create(own, others, offline: true);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new CryptographicException(error.Message, error);
        }
    }

    private static X509Certificate2 WithKey(string pem, string key, string password)
    {
        var own = password.Length == 0
            ? X509Certificate2.CreateFromPem(pem, key)
            : X509Certificate2.CreateFromEncryptedPem(pem, key, password);
        // Windows' TLS can't use a key that lives in memory only.
        return OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null)
            : own;
    }

    private static bool IsPem(ReadOnlySpan<byte> file) => file.IndexOf("-----BEGIN "u8) >= 0;

    private static byte[] ReadFile(string path) => new FileInfo(path).Length <= Largest
        ? File.ReadAllBytes(path) : throw new IOException($"{path} is larger than a megabyte");
}
