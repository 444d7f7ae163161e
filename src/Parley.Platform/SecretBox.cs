using System.Security.Cryptography;
using System.Text;

namespace Parley.Platform;

/// <summary>
/// Encrypts what the database may not show: AES-256-GCM; what it belongs to is authenticated with it, so that a row's
/// secret can't be put into another row. The form: a byte 1, nonce, tag, cipher text.
/// </summary>
/// <param name="key">32 bytes; seals, and opens.</param>
/// <param name="earlier">Keys that sealed before; they only open.</param>
public sealed class SecretBox(byte[] key, params IReadOnlyList<byte[]> earlier)
{
    /// <summary>The file of a key that isn't configured.</summary>
    public const string FileName = "market-secret-key";

    private const int KeyLength = 32;
    private const byte Form = 1;
    private const int Nonce = 12;
    private const int Tag = 16;

    private readonly byte[][] _keys = [key, .. earlier];

    /// <summary>With the key that is configured, or the one in the folder, made when missing (mode 600).</summary>
    /// <param name="configured">Base64; empty for the one in the folder.</param>
    /// <param name="earlier">Base64, separated by commas.</param>
    /// <param name="folder">Where a key that isn't configured lies.</param>
    public static SecretBox Of(string configured, string earlier, string folder) => new(
        configured.Length > 0 ? Convert.FromBase64String(configured) : InFolder(folder),
        [.. Split(earlier).Select(Convert.FromBase64String)]);

    /// <summary>True when the text is one key in base64.</summary>
    public static bool IsKey(string text) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length == KeyLength;

    /// <summary>The keys of a list separated by commas.</summary>
    public static string[] Split(string keys) =>
        keys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static byte[] InFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            var text = File.ReadAllText(path).Trim();
            return IsKey(text) ? Convert.FromBase64String(text) : throw new CryptographicException(
                $"{path} is not a key of {KeyLength} bytes in base64: somebody changed it, or a disk lost it.");
        }
        var made = RandomNumberGenerator.GetBytes(KeyLength);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(made) + "\n"));
        // What it seals is synced; a key that a power cut takes away would be worse than none.
        file.Flush(flushToDisk: true);
        return made;
    }

    /// <summary>Encrypts bytes; only with the same <paramref name="about"/> are they opened again.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, string about)
    {
        var box = new byte[1 + Nonce + Tag + plain.Length];
        box[0] = Form;
        RandomNumberGenerator.Fill(box.AsSpan(1, Nonce));
        using var cipher = new AesGcm(_keys[0], Tag);
        cipher.Encrypt(
            box.AsSpan(1, Nonce), plain, box.AsSpan(1 + Nonce + Tag), box.AsSpan(1 + Nonce, Tag),
            Encoding.UTF8.GetBytes(about));
        return box;
    }

    /// <summary>What was sealed with the same <paramref name="about"/>.</summary>
    /// <exception cref="CryptographicException">None of the keys sealed it, or somebody changed the box.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string about)
    {
        if (box.Length < 1 + Nonce + Tag || box[0] != Form) throw new CryptographicException(
            "This is no sealed secret.");
        AuthenticationTagMismatchException? mismatch = null;
        foreach (var one in _keys)
        {
            try
            {
                return Open(one, box, about);
            }
            catch (AuthenticationTagMismatchException error)
            {
                mismatch = error;
            }
        }
        throw mismatch!;
    }

    private static byte[] Open(byte[] key, ReadOnlySpan<byte> box, string about)
    {
        var plain = new byte[box.Length - 1 - Nonce - Tag];
        using var cipher = new AesGcm(key, Tag);
        cipher.Decrypt(
            box.Slice(1, Nonce), box[(1 + Nonce + Tag)..], box.Slice(1 + Nonce, Tag), plain,
                Encoding.UTF8.GetBytes(about));
        return plain;
    }

    /// <summary>Encrypts a text, as UTF-8.</summary>
    public byte[] Seal(string plain, string about) => Seal(Encoding.UTF8.GetBytes(plain), about);

    /// <summary>A text that was sealed.</summary>
    /// <exception cref="CryptographicException">None of the keys sealed it, or somebody changed the box.</exception>
    public string OpenText(byte[] box, string about) => Encoding.UTF8.GetString(Open(box, about));
}
