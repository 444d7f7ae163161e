namespace Parley.Server.Marketplace.Settlement;

/// <summary>The daily settlement. Section <c>Marketplace:Settlement</c>.</summary>
public sealed record SettlementOptions
{
    /// <summary>
    /// How long after its end a day is closed: what was final in it is committed by then, on all nodes, whatever their clocks say.
    /// 1 minute to 12 hours.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Grace < TimeSpan.FromMinutes(1) || Grace > TimeSpan.FromHours(12))
            yield return $"Marketplace:Settlement:Grace is {Grace}; it must be 1 minute to 12 hours";
    }
}
