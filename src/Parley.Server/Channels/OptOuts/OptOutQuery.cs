namespace Parley.Server.Channels.OptOuts;

/// <summary>Which opt-outs, and behind which row of the order integration, sender, recipient. Null leaves a filter out.</summary>
internal sealed record OptOutQuery
{
    public string? IntegrationId { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    public long? Active { get; init; }

    public string AfterIntegration { get; init; } = "";

    public string AfterSender { get; init; } = "";

    public string AfterRecipient { get; init; } = "";

    public int Limit { get; init; }

    public OptOutQuery After(OptOutRow row) => this with
    {
        AfterIntegration = row.IntegrationId,
        AfterSender = row.Sender,
        AfterRecipient = row.Recipient,
    };
}

/// <summary>Which blocks, and behind which row of the order tenant, recipient.</summary>
internal sealed record BlockQuery
{
    public string? TenantId { get; init; }

    public string? Recipient { get; init; }

    public long? Kind { get; init; }

    public string AfterTenant { get; init; } = "";

    public string AfterRecipient { get; init; } = "";

    public int Limit { get; init; }

    public BlockQuery After(BlockRow row) => this with { AfterTenant = row.TenantId, AfterRecipient = row.Recipient };
}
