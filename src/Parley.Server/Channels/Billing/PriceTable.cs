using Parley.Server.Channels.Numbers;

namespace Parley.Server.Channels.Billing;

/// <summary>A price list made for finding: built once and then only read, without allocation.</summary>
internal sealed class PriceTable
{
    private readonly PrefixTree<Step[]>[] _byChannel;

    public PriceTable(PriceList list) =>
        _byChannel = [.. Enum.GetValues<PricedChannel>().Select(channel => Tree(list, channel))];

    /// <summary>From so many parts on, so much a part; the most parts first, and the last holds for any.</summary>
    private sealed record Step(int FromParts, long PartMicros);

    /// <summary>The price of a whole message, in millionths.</summary>
    /// <param name="channel">The channel it goes by.</param>
    /// <param name="to">The recipient, digits.</param>
    /// <param name="parts">At least 1.</param>
    public long Of(PricedChannel channel, string to, int parts)
    {
        foreach (var step in _byChannel[(int)channel].Of(to)!)
            if (parts >= step.FromParts) return step.PartMicros * parts;
        throw new ArgumentOutOfRangeException(nameof(parts));
    }

    private static PrefixTree<Step[]> Tree(PriceList list, PricedChannel channel)
    {
        var tree = new PrefixTree<Step[]>();
        Step[] usual = [new(1, list.DefaultMicros)];
        tree.Set("", usual);
        var prices = list.Prices.Where(p => p.Channel == channel).ToList();
        var countries = Places(prices.Where(p => p.Country is not null).Select(p => (p.Country!, p)), list);
        // Every country, so that a price of +1 is none of +1 204; then what is said of digits.
        if (countries.Count > 0)
            foreach (var country in Countries.All)
                foreach (var prefix in Countries.Prefixes(country))
                    tree.Set(prefix, countries.GetValueOrDefault(country) ?? usual);
        foreach (var (prefix, steps) in Places(prices.SelectMany(p => p.Prefixes.Select(digits => (digits, p))), list))
            tree.Set(prefix, steps);
        return tree;
    }

    private static Dictionary<string, Step[]> Places(IEnumerable<(string Place, Price Price)> prices, PriceList list) =>
        prices.GroupBy(p => p.Place, p => new Step(p.Price.FromParts, p.Price.PartMicros)).ToDictionary(
            place => place.Key,
            place => place.Append(new Step(1, list.DefaultMicros)).DistinctBy(s => s.FromParts)
                .OrderByDescending(s => s.FromParts).ToArray());
}
