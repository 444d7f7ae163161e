using System.Text.RegularExpressions;
using Parley.Server;

namespace Parley.Tests.House;

/// <summary>What the documents say is what the program does.</summary>
internal static partial class DocsRule
{
    /// <summary>The text between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>.</summary>
    public static string Between(string document, string name)
    {
        var (begin, end) = ($"<!-- {name}:begin -->", $"<!-- {name}:end -->");
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = document.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from) return $"the markers of {name} are missing";
        return document[(from + begin.Length)..to].Trim();
    }

    /// <summary>
    /// What is wrong with the table rows <c>| `Name` | default | … |</c>: settings without a row, rows without a setting,
    /// and defaults that are not the program's. A default of nothing is written "empty" (a text) or "unset".
    /// </summary>
    public static List<string> Wrong(IReadOnlyCollection<Setting> settings, string document)
    {
        var rows = Row().Matches(document).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim(' ', '`'));
        return
        [
            .. settings.Where(s => !rows.ContainsKey(s.Name)).Select(s => $"{s.Name} is not documented"),
            .. rows.Keys.Except(settings.Select(s => s.Name)).Select(name => $"{name} is no setting"),
            .. settings.Where(s => rows.TryGetValue(s.Name, out var said) && said != Default(s))
                .Select(s => $"{s.Name}: the default is {Default(s)}, not {rows[s.Name]}"),
        ];
    }

    /// <summary>The names given to instruments: <c>CreateCounter&lt;long&gt;("parley.x"</c>.</summary>
    public static SortedSet<string> Metrics(IEnumerable<SourceFile> files) =>
        [.. files.SelectMany(f => Instrument().Matches(string.Join('\n', f.Lines))).Select(m => m.Groups[1].Value)];

    /// <summary>The names in the rows <c>| `parley.x` | … |</c>.</summary>
    public static SortedSet<string> DocumentedMetrics(string document) =>
        [.. Row().Matches(document).Select(m => m.Groups[1].Value)
            .Where(n => n.StartsWith("parley.", StringComparison.Ordinal))];

    private static string Default(Setting setting) =>
        setting.Default is null ? "unset" : setting.Written.Length == 0 ? "empty" : setting.Written;

    [GeneratedRegex(@"^\| `([^`]+)` \| ([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\.Create(?:Observable)?(?:Counter|UpDownCounter|Gauge|Histogram)(?:<\w+>)?\(\s*""([^""]+)""")]
    private static partial Regex Instrument();
}
