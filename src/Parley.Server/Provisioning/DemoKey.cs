using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Provisioning;

/// <summary>
/// The keys of the sandbox world, one for the demo integration and one for /admin/v1, and its account's password: made at the
/// first start, kept in the data folder so that they can be printed at every start.
/// </summary>
public static class DemoKey
{
    public const string FileName = "demo-key";

    public const string AdminFileName = "demo-admin-key";

    /// <summary>The password of the demo account, for legacy HTTP and SMPP.</summary>
    public const string PasswordFileName = "demo-password";

    private const int RandomBytes = 16;

    // SMPP's passwords have eight characters (3.4 §5.2.2): these make eight.
    private const int PasswordBytes = 6;

    /// <summary>Reads the demo integration's key, or makes it.</summary>
    public static string ReadOrMake(string folder) => ReadOrMake(folder, FileName);

    /// <summary>Reads the demo account's password, or makes it.</summary>
    public static string ReadOrMakePassword(string folder) =>
        ReadOrMake(folder, PasswordFileName, Fresh(PasswordBytes), IsPassword);

    /// <summary>
    /// Reads the key of that file, or makes it: 22 URL-safe base64 characters and "==", the form that keys have in the wild
    /// (contract channels §1.1). The file is readable by its owner only (mode 600).
    /// </summary>
    public static string ReadOrMake(string folder, string fileName) =>
        ReadOrMake(folder, fileName, Fresh(RandomBytes) + "==", IsKey);

    private static string ReadOrMake(string folder, string fileName, string fresh, Func<string, bool> valid)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, fileName);
        if (Read(path) is { } kept && valid(kept)) return kept;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(fresh + "\n"));
        return fresh;
    }

    private static string Fresh(int octets) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(octets));

    private static string? Read(string path) =>
        !File.Exists(path) || new FileInfo(path).Length > 200 ? null : File.ReadAllText(path).Trim();

    private static bool IsKey(string text) =>
        text.Length == 24 && text.EndsWith("==", StringComparison.Ordinal) && Base64Url.IsValid(text);

    private static bool IsPassword(string text) => text.Length == 8 && Base64Url.IsValid(text);
}
