using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Parley.Server.Marketplace.Products;

/// <summary>A certificate that proves, beside token and key, that it is the client who calls (mutual TLS).</summary>
public sealed partial record ClientCertificate
{
    /// <summary>SHA-256 of the certificate in lower-case hexadecimal: this one and no other. Empty when the other two say which.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The name that it is issued for, such as <c>CN=bank.example, O=Bank</c>.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who issues it: certificates from the root down to the issuer, DER in base64.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>SHA-256 as operators copy it, with colons and in capitals, too; null when it is none.</summary>
    public static string? Thumbprint(string written)
    {
        var hex = written.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit) ? hex : null;
    }

    /// <summary>A certificate as it stands in a file, PEM or base64 alone, in one line or many; null when it is none.</summary>
    public static string? Authority(string written)
    {
        try
        {
            var base64 = Frame().Replace(written, "");
            using var read = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64));
            return Convert.ToBase64String(read.RawData);
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The name in its one form; null when it is none.</summary>
    public static string? Name(string written)
    {
        try
        {
            return new X500DistinguishedName(written).Name;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>True for a certificate that is its own issuer.</summary>
    public static bool IsRoot(string authority)
    {
        using var read = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(authority));
        return read.SubjectName.RawData.AsSpan().SequenceEqual(read.IssuerName.RawData);
    }

    [GeneratedRegex(@"-----(BEGIN|END) CERTIFICATE-----|\s")]
    private static partial Regex Frame();
}
