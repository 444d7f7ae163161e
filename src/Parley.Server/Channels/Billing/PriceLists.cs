using System.Collections.Frozen;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Billing;

/// <summary>The price lists in force, as one immutable snapshot. Reading takes no lock.</summary>
public sealed class PriceLists
{
    private volatile FrozenDictionary<string, PriceTable> _tables = FrozenDictionary<string, PriceTable>.Empty;
    private IReadOnlyList<PriceList> _provisioned = [];

    /// <summary>
    /// Makes these the lists. Those that go stay known until the next time: a request that is under way may still have a
    /// tenant that pays by them.
    /// </summary>
    public void Replace(IReadOnlyList<PriceList> lists)
    {
        _tables = lists.Concat(_provisioned).DistinctBy(list => list.Id)
            .ToFrozenDictionary(list => list.Id, list => new PriceTable(list));
        _provisioned = lists;
    }

    /// <summary>What a message costs a tenant that has an account, in millionths of its currency.</summary>
    /// <param name="tenant">Who pays.</param>
    /// <param name="channel">The channel it goes by.</param>
    /// <param name="to">The recipient, digits.</param>
    /// <param name="parts">At least 1.</param>
    public long PriceOf(Tenant tenant, PricedChannel channel, string to, int parts)
    {
        var price = tenant.Credit?.PriceList is { } id && _tables.TryGetValue(id, out var table)
            ? table.Of(channel, to, parts) : parts * tenant.Price.PartMicros;
        // A third (contract channels §2.13), to the nearest millionth.
        return TestNumbers.Are(to) ? (price + 1) / 3 : price;
    }
}
