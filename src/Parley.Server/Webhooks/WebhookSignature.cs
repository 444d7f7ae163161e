using System.Security.Cryptography;
using System.Text;
using Parley.Platform;

namespace Parley.Server.Webhooks;

/// <summary>
/// Standard Webhooks: <c>webhook-signature</c> is <c>v1,base64(HMAC-SHA256(key, id.timestamp.body))</c>, once for each
/// valid secret, separated by blanks, so that a receiver may change its secret without losing a callback.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The key of a secret: base64 after <c>whsec_</c>; what is not base64 is taken as it stands.</summary>
    public static byte[] KeyOf(string secret)
    {
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length > 0
            ? key[..length]
            : Encoding.UTF8.GetBytes(text);
    }

    /// <param name="keys">The newest first.</param>
    /// <param name="signed"><c>id.timestamp.body</c>.</param>
    public static string Sign(byte[][] keys, ReadOnlySpan<byte> signed)
    {
        if (keys.Length == 1) return One(keys[0], signed);
        return string.Join(' ', Many(keys, signed));
    }

    private static List<string> Many(byte[][] keys, ReadOnlySpan<byte> signed)
    {
        var signatures = new List<string>(keys.Length);
        foreach (var key in keys) signatures.Add(One(key, signed));
        return signatures;
    }

    private static string One(byte[] key, ReadOnlySpan<byte> signed)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, hash);
        Span<char> text = stackalloc char[3 + 44];
        "v1,".CopyTo(text);
        Invariant.Holds(Convert.TryToBase64Chars(hash, text[3..], out var length) && length == 44);
        return new string(text);
    }
}
