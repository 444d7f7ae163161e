using System.Text.RegularExpressions;

namespace Parley.Server.Provisioning;

/// <summary>Collects every problem of one file, and fills in what comes from the environment.</summary>
internal sealed partial class Findings(Func<string, string?> environment)
{
    /// <summary>More than these help nobody.</summary>
    public const int MaxReported = 200;

    private readonly List<(int Line, string Text)> _problems = [];

    public bool None => _problems.Count == 0;

    /// <summary>The problems in the order of the lines, each once.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            var all = _problems.OrderBy(p => p.Line).Select(p => p.Text).Distinct().ToList();
            return all.Count <= MaxReported ? all : [.. all.Take(MaxReported), $"and {all.Count - MaxReported} more problems"];
        }
    }

    public void Add(string path, int line, string problem) =>
        _problems.Add((line, $"{(path.Length == 0 ? "file" : path)}: {problem} (line {line})"));

    /// <summary>
    /// The text with every <c>${NAME}</c> and <c>${NAME:-default}</c> replaced; <c>$${</c> stands for <c>${</c>. Null after reporting a
    /// variable that is not set.
    /// </summary>
    public string? Expand(string text, string path, int line)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var missing = false;
        var expanded = Reference().Replace(text, match =>
        {
            if (match.Value == "$${") return "${";
            var name = match.Groups["name"].Value;
            if (name.Length == 0)
            {
                missing = true;
                Add(path, line, "${ begins a reference ${NAME} or ${NAME:-default}; write $${ for the characters themselves");
                return "";
            }
            if (environment(name) is { Length: > 0 } value) return value;
            if (match.Groups["default"].Success) return match.Groups["default"].Value;
            missing = true;
            Add(path, line, $"the environment variable {name} is not set");
            return "";
        });
        return missing ? null : expanded;
    }

    /// <summary>A text of one line. Null after a problem was reported.</summary>
    public string? Text(Node node, string path, int most)
    {
        if (node is not ScalarNode scalar)
        {
            Add(path, node.Line, $"must be a value, not {node.Kind}");
            return null;
        }
        if (Expand(scalar.Text, path, node.Line) is not { } text) return null;
        if (text.Length > most) Add(path, node.Line, $"has {text.Length} characters; at most {most} are allowed");
        else if (text.Any(char.IsControl)) Add(path, node.Line, "has control characters");
        else return text;
        return null;
    }

    /// <summary>A value as a problem may show it: nothing that came from the environment, and not too much.</summary>
    public static string Shown(string written)
    {
        if (written.Contains("${", StringComparison.Ordinal)) return "the value";
        return written.Length <= 40 ? $"'{written}'" : $"'{written[..40]}…'";
    }

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]{0,199})(:-(?<default>[^}]*))?\}|\$\{")]
    private static partial Regex Reference();
}
