using System.Runtime.CompilerServices;

namespace Parley.Tests.House;

/// <summary>A text file of the repository, or one made up to prove that a rule can fail.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    public static SourceFile Of(string path, string text) => new(path, text.Split('\n'));
}

/// <summary>The repository as the house rules see it.</summary>
internal static class Tree
{
    private static readonly string[] Hidden =
        ["bin", "obj", "data", "artifacts", "TestResults", "node_modules", ".git"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>C# files below the folders, paths relative with forward slashes.</summary>
    public static List<SourceFile> Code(params string[] folders) =>
        [.. folders.SelectMany(f => Below(Path.Combine(Root, f)))
            .Where(p => p.EndsWith(".cs", StringComparison.Ordinal))
            .Select(p => new SourceFile(Relative(p), File.ReadAllLines(p)))];

    public static SourceFile One(string path) => new(path, File.ReadAllLines(Path.Combine(Root, path)));

    /// <summary>Every file somebody wrote: code, documents, scripts.</summary>
    public static List<SourceFile> Everything() =>
        [.. Below(Root).Select(p => new SourceFile(Relative(p), File.ReadAllLines(p)))];

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Below(string folder) =>
        Directory.GetFiles(folder).Where(f => Path.GetFileName(f) != ".git").Concat(Directory.GetDirectories(folder)
            .Where(d => !Hidden.Contains(Path.GetFileName(d))).SelectMany(Below)).Order(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string path = "") => path;
}
