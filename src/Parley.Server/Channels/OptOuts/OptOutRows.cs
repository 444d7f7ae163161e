namespace Parley.Server.Channels.OptOuts;

/// <summary>The state of a sender and a recipient.</summary>
internal sealed record OptOutRow
{
    public string IntegrationId { get; init; } = "";

    public string Sender { get; init; } = "";

    public string Recipient { get; init; } = "";

    /// <summary>1 opted out, 0 in again.</summary>
    public long Active { get; init; }

    public long ChangedAt { get; init; }

    public long Sequence { get; init; }
}

/// <summary>What led to a state.</summary>
internal sealed record OptOutEvent
{
    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Sender { get; init; } = "";

    public string Recipient { get; init; } = "";

    public string What { get; init; } = "";

    public string Source { get; init; } = "";

    public long At { get; init; }

    public string Text { get; init; } = "";

    public string? ReplyId { get; init; }
}

/// <summary>How an operator took a recipient out. The numbers are stored.</summary>
public enum BlockKind
{
    /// <summary>Legacy error 121.</summary>
    Blocked = 1,

    /// <summary>Legacy error 128.</summary>
    Delisted = 2,
}

/// <summary>A recipient that an operator took out, for a tenant or (empty) for all.</summary>
internal sealed record BlockRow
{
    public string TenantId { get; init; } = "";

    public string Recipient { get; init; } = "";

    public long Kind { get; init; }

    public long Active { get; init; }

    public string Reason { get; init; } = "";

    public long ChangedAt { get; init; }

    public long Sequence { get; init; }
}
