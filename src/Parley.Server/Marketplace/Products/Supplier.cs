namespace Parley.Server.Marketplace.Products;

/// <summary>What a supplier speaks.</summary>
public enum SupplierProtocol
{
    /// <summary>Our own (docs/supplier-protocol.md).</summary>
    Http,

    /// <summary>DT One's Digital Value Services API, version 1 (docs/dtone.md).</summary>
    DtOne,
}

/// <summary>A system that dispenses.</summary>
public sealed record Supplier
{
    public required string Id { get; init; }

    public SupplierProtocol Protocol { get; init; }

    public required Partner Partner { get; init; }

    /// <summary>1 to 90 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>How much it may sell beyond what lies there, in minor units; null for no limit.</summary>
    public long? FloatLimit { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>DT One: the answer to a vend waits for the operator; else it comes at once and the outcome later.</summary>
    public bool Synchronous { get; init; }

    /// <summary>DT One: a transaction is made and then confirmed, in two calls.</summary>
    public bool TwoSteps { get; init; }

    /// <summary>Where the world reaches this server, such as <c>https://pay.example.com</c>; empty: nobody calls back.</summary>
    public string CallbackUrl { get; init; } = "";

    /// <summary>The end of the path that opens the callback's door.</summary>
    public string CallbackSecret { get; init; } = "";

    public QuarantinePolicy Quarantine { get; init; } = new();
}

/// <summary>When a supplier that misbehaves is left alone (docs/decisions/0015-suppliers.md).</summary>
public sealed record QuarantinePolicy
{
    /// <summary>Vends in a row without an answer, or not connected; 0 for never.</summary>
    public int Strikes { get; init; } = 5;

    /// <summary>Share of vends that fail within the window, in percent; 0 for never.</summary>
    public int SharePercent { get; init; } = 50;

    /// <summary>Fewer vends within the window say nothing.</summary>
    public int Least { get; init; } = 20;

    /// <summary>1 to 60 minutes.</summary>
    public int WindowMinutes { get; init; } = 5;

    /// <summary>How long it is left alone at first; each time in a row doubles it.</summary>
    public int FirstSeconds { get; init; } = 30;

    public int LongestSeconds { get; init; } = 1_800;
}
