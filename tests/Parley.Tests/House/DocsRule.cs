using System.Reflection;

namespace Parley.Tests.House;

/// <summary>What the documents say is what the program does.</summary>
internal static class DocsRule
{
    /// <summary>The text between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>.</summary>
    public static string Between(string document, string name)
    {
        var (begin, end) = ($"<!-- {name}:begin -->", $"<!-- {name}:end -->");
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = document.IndexOf(end, StringComparison.Ordinal);
        return from < 0 || to < from ? $"the markers of {name} are missing" : document[(from + begin.Length)..to].Trim();
    }

    /// <summary>Every setting below an options record, as an operator writes it: <c>Webhooks:Timeout</c>.</summary>
    public static List<string> Settings(Type options, string prefix = "") =>
    [
        .. options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .SelectMany(p => p.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
                ? Settings(p.PropertyType, $"{prefix}{p.Name}:") : [prefix + p.Name]),
    ];

    public static List<string> Undocumented(IEnumerable<string> settings, string document) =>
        [.. settings.Where(s => !document.Contains($"`{s}`", StringComparison.Ordinal))];
}
