using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Marketplace.Security;

/// <summary>The checksum of the signed calls (contract marketplace §3): HMAC-SHA256 over the bytes on the wire.</summary>
public static class BodySignature
{
    public const string Header = "Signature";

    /// <summary>True when one of the secrets made the signature. All are compared, in constant time.</summary>
    public static bool Fits(IReadOnlyList<string> secrets, ReadOnlySpan<byte> body, string signature)
    {
        Span<byte> given = stackalloc byte[64];
        if (signature.Length > 64 || !Convert.TryFromBase64String(signature, given, out var length)) return false;
        var fits = false;
        foreach (var secret in secrets)
            fits |= CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body), given[..length]);
        return fits;
    }
}
