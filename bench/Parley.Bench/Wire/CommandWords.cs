using System.Globalization;

namespace Parley.Bench.Wire;

/// <summary>`--name value` and `--switch` words.</summary>
sealed class CommandWords
{
    readonly Dictionary<string, string> options = new(StringComparer.OrdinalIgnoreCase);

    public CommandWords(ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
                throw new ArgumentException($"Expected an option, found '{words[i]}'");
            var hasValue = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            options[words[i][2..]] = hasValue ? words[++i] : "true";
        }
    }

    public IEnumerable<string> Names => options.Keys;

    public bool Has(string name) => options.ContainsKey(name);

    public string Text(string name, string otherwise) => options.GetValueOrDefault(name, otherwise);

    public int Int(string name, int otherwise) =>
        options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public double Number(string name, double otherwise) =>
        options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
