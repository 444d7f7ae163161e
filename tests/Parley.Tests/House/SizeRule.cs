using System.Text.RegularExpressions;

namespace Parley.Tests.House;

/// <summary>What a file weighs: lines, lines wider than 120 columns, the longest body that is not a type's.</summary>
internal sealed record Weight(string Path, int Lines, int Wide, int Body);

/// <summary>
/// Files up to 400 lines, bodies under 60, 120 columns (160 for comments and for what stands in a raw string, such as
/// SQL); what is beyond stands in the ratchet with its size, which may only shrink.
/// </summary>
internal static partial class SizeRule
{
    public const int MaxLines = 400;
    public const int MaxBody = 60;
    public const int MaxColumns = 120;
    public const int MaxTextColumns = 160;

    private const string Quotes = "\"\"\"";

    public static Weight Weigh(SourceFile file) =>
        new(file.Path, file.Lines.Length, Wide(file.Lines), LongestBody(file.Lines));

    /// <summary>The ratchet: a line is a kind (lines, body or wide), a path and a size; <c>wide *</c> is the whole tree's.</summary>
    public static Dictionary<string, int> Ratchet(string text) =>
        text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(' '))
            .ToDictionary(p => $"{p[0]} {p[1]}", p => int.Parse(p[2], null));

    public static List<string> Sins(IReadOnlyList<SourceFile> files, Dictionary<string, int> ratchet)
    {
        List<string> sins = [];
        var weights = files.Select(Weigh).ToList();
        foreach (var weight in weights)
        {
            Check($"lines {weight.Path}", weight.Lines, MaxLines);
            Check($"body {weight.Path}", weight.Body, MaxBody - 1);
        }
        Check("wide *", weights.Sum(w => w.Wide), 0);
        if (weights.Count(w => w.Lines >= 200) * 10 > weights.Count)
            sins.Add($"{weights.Count(w => w.Lines >= 200)} of {weights.Count} files have 200 lines or more; a tenth may");
        return sins;

        void Check(string what, int size, int most)
        {
            var allowed = Math.Max(ratchet.GetValueOrDefault(what, most), most);
            if (size > allowed) sins.Add($"{what} {size}: at most {allowed}");
            if (size <= most && ratchet.ContainsKey(what)) sins.Add($"{what}: fits now, take it out of the ratchet");
        }
    }

    private static int Wide(string[] lines)
    {
        var (wide, raw) = (0, false);
        foreach (var line in lines)
        {
            var text = raw || line.TrimStart().StartsWith("//", StringComparison.Ordinal);
            if (line.Length > (text ? MaxTextColumns : MaxColumns)) wide++;
            if (line.Split(Quotes).Length % 2 == 0) raw = !raw;
        }
        return wide;
    }

    // The form of the code is checked elsewhere, so a brace alone on a line opens a block and its twin has the same indent.
    private static int LongestBody(string[] lines)
    {
        var longest = 0;
        for (var open = 0; open < lines.Length; open++)
        {
            if (lines[open].TrimStart() != "{" || IsType(lines, open)) continue;
            var indent = lines[open].Length - 1;
            var close = Array.FindIndex(lines, open + 1,
                l => l.Length > indent && l[indent] == '}' && string.IsNullOrWhiteSpace(l[..indent]));
            if (close > 0) longest = Math.Max(longest, close - open - 1);
        }
        return longest;
    }

    private static bool IsType(string[] lines, int open)
    {
        for (var at = open - 1; at >= 0; at--)
        {
            var line = lines[at].Trim();
            if (line.Length == 0 || line[^1] is ';' or '{' or '}') return false;
            if (line.StartsWith("//", StringComparison.Ordinal) || line[0] == '[') continue;
            if (TypeWord().IsMatch(Constraint().Replace(line, ""))) return true;
        }
        return false;
    }

    [GeneratedRegex(@"(^|\s)(class|record|struct|interface|enum|namespace)\s")]
    private static partial Regex TypeWord();

    [GeneratedRegex(@"where \w+ : .*")]
    private static partial Regex Constraint();
}
