namespace Parley.Server.Channels.Numbers;

/// <summary>The rules in force, as one immutable snapshot: the built-in table, and over it what is provisioned.</summary>
public sealed class CountryRules
{
    private volatile Snapshot _current = new([]);

    /// <summary>The rules that ask for something, and all that are provisioned.</summary>
    public IReadOnlyList<CountryRule> All => _current.All;

    /// <summary>The rule for a number; null when nothing is asked for. Takes no lock and allocates nothing.</summary>
    public CountryRule? Of(string number) => _current.Tree.Of(number);

    /// <summary>Makes these the provisioned rules.</summary>
    public void Replace(IReadOnlyList<CountryRule> provisioned) => _current = new(provisioned);

    private sealed class Snapshot
    {
        public Snapshot(IReadOnlyList<CountryRule> provisioned)
        {
            var byPlace = Countries.Rules.ToDictionary(r => r.Place);
            foreach (var rule in provisioned) byPlace[rule.Place] = rule;
            All = [.. byPlace.Values.OrderBy(r => r.Place, StringComparer.Ordinal)];
            // Countries first, all of them, so that a rule of +1 is none of +1 204; then what is said of digits.
            foreach (var country in Countries.All)
                foreach (var prefix in Countries.Prefixes(country))
                    Tree.Set(prefix, byPlace.GetValueOrDefault(country) ?? new CountryRule { Place = country });
            foreach (var rule in All)
                if (char.IsAsciiDigit(rule.Place[0])) Tree.Set(rule.Place, rule);
        }

        public IReadOnlyList<CountryRule> All { get; }

        public PrefixTree<CountryRule> Tree { get; } = new();
    }
}
