using System.Text.RegularExpressions;

namespace Parley.Tests.House;

/// <summary>Something no line below a folder may contain, and where it is needed all the same, with the reason.</summary>
internal sealed record Ban(string Name, string Folder, Regex Pattern, params (string Path, string Reason)[] Except);

/// <summary>Looks for banned words line by line; comments don't count.</summary>
internal static class LineRule
{
    public static List<string> Sins(IReadOnlyList<SourceFile> files, params Ban[] bans) =>
    [
        .. from ban in bans
           from file in files
           where file.Path.StartsWith(ban.Folder, StringComparison.Ordinal)
           where !ban.Except.Any(e => file.Path.StartsWith(e.Path, StringComparison.Ordinal))
           from line in file.Lines.Select((text, at) => (Text: Code(text), At: at + 1))
           where ban.Pattern.IsMatch(line.Text)
           select $"{file.Path}:{line.At}: {ban.Name}",
    ];

    private static string Code(string line)
    {
        var comment = line.IndexOf("// ", StringComparison.Ordinal);
        return line.TrimStart().StartsWith("///", StringComparison.Ordinal) ? "" : comment < 0 ? line : line[..comment];
    }
}
