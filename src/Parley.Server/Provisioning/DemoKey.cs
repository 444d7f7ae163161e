using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Provisioning;

/// <summary>
/// The keys of the sandbox world, one for the demo integration and one for /admin/v1: made at the first start, kept in the data folder so that they can be
/// printed at every start.
/// </summary>
public static class DemoKey
{
    public const string FileName = "demo-key";

    public const string AdminFileName = "demo-admin-key";

    private const int RandomBytes = 16;

    /// <summary>Reads the demo integration's key, or makes it.</summary>
    public static string ReadOrMake(string folder) => ReadOrMake(folder, FileName);

    /// <summary>Reads the key of that file, or makes it. The file is readable by its owner only (mode 600).</summary>
    public static string ReadOrMake(string folder, string fileName)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, fileName);
        if (Read(path) is { } kept) return kept;
        // 22 URL-safe base64 characters and "==": the form that keys have in the wild (contract channels §1.1).
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)) + "==";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(key + "\n"));
        return key;
    }

    private static string? Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > 200) return null;
        var text = File.ReadAllText(path).Trim();
        return text.Length == 24 && text.EndsWith("==", StringComparison.Ordinal) && Base64Url.IsValid(text) ? text : null;
    }
}
