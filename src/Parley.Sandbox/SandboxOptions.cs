namespace Parley.Sandbox;

/// <summary>The sandbox world. Section <c>Sandbox</c>.</summary>
public sealed record SandboxOptions
{
    /// <summary>Null starts it only while no carrier is provisioned.</summary>
    public bool? Enabled { get; init; }

    /// <summary>
    /// The sandbox's SMSC takes the test numbers (279991xxxxx, 1999xxxxxxx) also beside real carriers, unless the sandbox is
    /// off altogether.
    /// </summary>
    public bool TestNumbers { get; init; } = true;

    /// <summary>Port of the sandbox's SMSC on loopback; 0 takes a free one.</summary>
    public int SmscPort { get; init; }

    /// <summary>Milliseconds until a receipt, where the number does not say otherwise.</summary>
    public int ReceiptDelayMs { get; init; } = 200;

    /// <summary>Seed of everything the world decides by itself.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (SmscPort is < 0 or > 65_535) yield return $"Sandbox:SmscPort is {SmscPort}; it must be 0 to 65535";
        if (ReceiptDelayMs is < 0 or > 600_000) yield return $"Sandbox:ReceiptDelayMs is {ReceiptDelayMs}; it must be 0 to 600000";
    }
}
