using System.Collections.Frozen;

namespace Parley.Server.Channels.Numbers;

/// <summary>Which country a number belongs to, and what the built-in table says of the country.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, string[]> PrefixesOfAll = Lines("countries.txt")
        .GroupBy(words => words[0], words => words[1..])
        .ToFrozenDictionary(g => g.Key, g => g.SelectMany(p => p).ToArray());

    private static readonly PrefixTree<string> ByPrefix = Tree();

    /// <summary>Every country, by its two letters.</summary>
    public static IEnumerable<string> All => PrefixesOfAll.Keys.Order(StringComparer.Ordinal);

    /// <summary>The built-in rules; a country that is not among them asks for nothing.</summary>
    public static IReadOnlyList<CountryRule> Rules { get; } = [.. Lines("country-rules.txt").Select(Rule)];

    /// <summary>Two letters; null when no country has such numbers.</summary>
    public static string? Of(string number) => ByPrefix.Of(number);

    /// <summary>The digits that a country's numbers begin with; empty when there is no such country.</summary>
    public static IReadOnlyList<string> Prefixes(string country) => PrefixesOfAll.GetValueOrDefault(country) ?? [];

    private static CountryRule Rule(string[] words) => new()
    {
        Place = words[0],
        Names = Enum.Parse<NamesAsSenders>(words[1], ignoreCase: true),
        TwoWay = Enum.Parse<TwoWayMessaging>(words[2], ignoreCase: true),
        StopCommands = words[3] == "needed",
        Registration = Enum.Parse<NameRegistration>(words[4], ignoreCase: true),
    };

    private static PrefixTree<string> Tree()
    {
        var tree = new PrefixTree<string>();
        foreach (var (country, prefixes) in PrefixesOfAll)
            foreach (var prefix in prefixes) tree.Set(prefix, country);
        return tree;
    }

    private static List<string[]> Lines(string name)
    {
        using var stream = typeof(Countries).Assembly.GetManifestResourceStream(typeof(Countries), name)!;
        using var reader = new StreamReader(stream);
        var lines = new List<string[]>();
        while (reader.ReadLine() is { } line)
            if (line.Length > 0 && line[0] != '#') lines.Add(line.Split(' '));
        return lines;
    }
}
