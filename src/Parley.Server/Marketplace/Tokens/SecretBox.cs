using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Marketplace.Tokens;

/// <summary>
/// Encrypts what the database may not show: AES-256-GCM; what it belongs to is authenticated with it, so that a row's
/// secret can't be put into another row. The form: a byte 1, nonce, tag, cipher text.
/// </summary>
public sealed class SecretBox(byte[] key)
{
    public const string FileName = "market-secret-key";

    private const byte Form = 1;
    private const int Nonce = 12;
    private const int Tag = 16;

    /// <summary>The key that is configured (base64), or the one in the folder, made when missing (mode 600).</summary>
    public static SecretBox Of(string configured, string folder)
    {
        if (configured.Length > 0) return new(Convert.FromBase64String(configured));
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)) return new(Convert.FromBase64String(File.ReadAllText(path).Trim()));
        var made = RandomNumberGenerator.GetBytes(32);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(made) + "\n"));
        return new(made);
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, string about)
    {
        var box = new byte[1 + Nonce + Tag + plain.Length];
        box[0] = Form;
        RandomNumberGenerator.Fill(box.AsSpan(1, Nonce));
        using var cipher = new AesGcm(key, Tag);
        cipher.Encrypt(
            box.AsSpan(1, Nonce), plain, box.AsSpan(1 + Nonce + Tag), box.AsSpan(1 + Nonce, Tag),
            Encoding.UTF8.GetBytes(about));
        return box;
    }

    /// <exception cref="CryptographicException">The key is another one, or somebody changed the box.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string about)
    {
        if (box.Length < 1 + Nonce + Tag || box[0] != Form) throw new CryptographicException(
            "This is no sealed secret.");
        var plain = new byte[box.Length - 1 - Nonce - Tag];
        using var cipher = new AesGcm(key, Tag);
        cipher.Decrypt(
            box.Slice(1, Nonce), box[(1 + Nonce + Tag)..], box.Slice(1 + Nonce, Tag), plain,
                Encoding.UTF8.GetBytes(about));
        return plain;
    }

    public byte[] Seal(string plain, string about) => Seal(Encoding.UTF8.GetBytes(plain), about);

    public string OpenText(byte[] box, string about) => Encoding.UTF8.GetString(Open(box, about));
}
