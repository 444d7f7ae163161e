namespace Parley.Server.Marketplace.Suppliers;

/// <summary>How a supplier is doing, for all nodes. Times in microseconds UTC.</summary>
public sealed record Health
{
    public string SupplierId { get; init; } = "";

    /// <summary>Vends in a row that were not answered, or not connected.</summary>
    public long Strikes { get; init; }

    /// <summary>When it was put out of the routing; null while it is in.</summary>
    public long? Since { get; init; }

    /// <summary>When one purchase may try it; null while it is out until somebody lifts it.</summary>
    public long? Until { get; init; }

    /// <summary>Quarantines in a row.</summary>
    public long Times { get; init; }

    /// <summary>The reference of the vend that tries it; null while none does.</summary>
    public string? Probe { get; init; }

    public long? ProbeAt { get; init; }

    /// <summary>Why it is out, or was.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it was put out or let in again.</summary>
    public long ChangedAt { get; init; }

    /// <summary>Who did it; empty for the rules.</summary>
    public string ChangedBy { get; init; } = "";

    public bool IsOut => Since is not null;
}

/// <summary>What vends came to within a window.</summary>
public readonly record struct Tally(long Good, long Bad)
{
    public long All => Good + Bad;
}

/// <summary>What a supplier's word on a vend says of the supplier.</summary>
internal enum Sign
{
    /// <summary>It works, whatever it said.</summary>
    Works,

    /// <summary>It said that it couldn't.</summary>
    Fails,

    /// <summary>It didn't say anything that could be read, or wasn't there.</summary>
    Silent,
}
