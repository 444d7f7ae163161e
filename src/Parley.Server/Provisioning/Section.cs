using System.Globalization;

namespace Parley.Server.Provisioning;

/// <summary>One map of the file, read key by key; what nobody asked for is reported by <see cref="End"/>.</summary>
internal sealed class Section
{
    private readonly Dictionary<string, MapEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    public Section(MapNode map, string path, Findings findings)
    {
        (Path, Line, Findings) = (path, map.Line, findings);
        foreach (var entry in map.Entries)
            if (!_entries.TryAdd(entry.Key, entry))
                findings.Add(PathOf(Cut(entry.Key)), entry.Line, $"stands twice; the first is on line {_entries[entry.Key].Line}");
    }

    public string Path { get; }

    public int Line { get; }

    public Findings Findings { get; }

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    public int LineOf(string key) => _entries.TryGetValue(key, out var entry) ? entry.Line : Line;

    public bool Has(string key) => _entries.TryGetValue(key, out var entry) && entry.Value is not ScalarNode { IsNull: true };

    public void Problem(string key, string problem) => Findings.Add(PathOf(key), LineOf(key), problem);

    /// <summary>A text that must be there. Empty after a problem was reported.</summary>
    public string Required(string key, int most)
    {
        if (Has(key)) return Text(key, most) is { Length: > 0 } text ? text : Refused(key);
        Problem(key, "is missing");
        return "";
    }

    /// <summary>A text of one line; the fallback when it is absent, and after a problem was reported.</summary>
    public string Text(string key, int most, string fallback = "") =>
        Known(key) is { } node ? Findings.Text(node, PathOf(key), most) ?? fallback : fallback;

    public int Int(string key, int least, int most, int fallback)
    {
        if (Scalar(key) is not { } text) return fallback;
        if (int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most) return value;
        Problem(key, $"{text.Shown} is not {least} to {most}");
        return fallback;
    }

    public long Long(string key, long least, long most, long fallback)
    {
        if (Scalar(key) is not { } text) return fallback;
        if (long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most) return value;
        Problem(key, $"{text.Shown} is not {least} to {most}");
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Scalar(key) is not { } text) return fallback;
        if (bool.TryParse(text.Value, out var value)) return value;
        Problem(key, $"{text.Shown} is not true or false");
        return fallback;
    }

    public T Choice<T>(string key, T fallback) where T : struct, Enum
    {
        if (Scalar(key) is not { } text) return fallback;
        foreach (var value in Enum.GetValues<T>())
            if (string.Equals(value.ToString(), text.Value, StringComparison.OrdinalIgnoreCase)) return value;
        Problem(key, $"{text.Shown} is not one of {string.Join(", ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]))}");
        return fallback;
    }

    /// <summary>The items of a list with their paths; empty when it is absent.</summary>
    public IReadOnlyList<(Node Node, string Path)> List(string key, int most)
    {
        if (Known(key) is not { } node) return [];
        if (node is not ListNode list)
        {
            Problem(key, $"must be a list, not {node.Kind}");
            return [];
        }
        if (list.Items.Count > most) Problem(key, $"has {list.Items.Count} entries; at most {most} are allowed");
        return [.. list.Items.Take(most).Select((item, i) => (item, $"{PathOf(key)}[{i}]"))];
    }

    /// <summary>The maps in a list.</summary>
    public IEnumerable<Section> Sections(string key, int most)
    {
        foreach (var (node, path) in List(key, most))
            if (node is MapNode map) yield return new(map, path, Findings);
            else Findings.Add(path, node.Line, $"must be a map, not {node.Kind}");
    }

    public Section? Map(string key)
    {
        if (Known(key) is not { } node) return null;
        if (node is MapNode map) return new(map, PathOf(key), Findings);
        Problem(key, $"must be a map, not {node.Kind}");
        return null;
    }

    /// <summary>Reports the keys that nobody asked for.</summary>
    public void End()
    {
        foreach (var entry in _entries.Values)
            if (!_known.Contains(entry.Key))
                Findings.Add(PathOf(Cut(entry.Key)), entry.Line, $"is not known here; known are {string.Join(", ", _known.Distinct())}");
    }

    private static string Cut(string key) => key.Length <= 60 ? key : key[..60] + "…";

    private string Refused(string key)
    {
        if (Scalar(key) is { Value.Length: 0 }) Problem(key, "is empty");
        return "";
    }

    private Node? Known(string key)
    {
        _known.Add(key);
        return Has(key) ? _entries[key].Value : null;
    }

    private (string Value, string Shown)? Scalar(string key)
    {
        if (Known(key) is not { } node) return null;
        if (node is not ScalarNode scalar)
        {
            Problem(key, $"must be a value, not {node.Kind}");
            return null;
        }
        return Findings.Expand(scalar.Text, PathOf(key), LineOf(key)) is { } value ? (value, Findings.Shown(scalar.Text)) : null;
    }
}
