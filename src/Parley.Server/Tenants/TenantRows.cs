namespace Parley.Server.Tenants;

/// <summary>The rows behind the directory; two equal ones need no write.</summary>
public sealed record TenantRow
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public long Active { get; init; }

    public long BalanceMinor { get; init; }

    public string Currency { get; init; } = "";

    public long PartMicros { get; init; }

    public long CreditMicros { get; init; }

    /// <summary>0 none, else <see cref="CreditKind"/>.</summary>
    public long Credit { get; init; }

    public long CreditLimit { get; init; }

    public long CreditOpening { get; init; }

    public string? PriceList { get; init; }

    public Tenant ToTenant() => new(Id, Name, Active != 0, BalanceMinor, Currency)
    {
        Price = new(PartMicros, CreditMicros),
        Credit = Credit == 0 ? null : new((CreditKind)Credit, CreditLimit, CreditOpening, PriceList),
    };

    public static TenantRow Of(Tenant tenant) => new()
    {
        Id = tenant.Id,
        Name = tenant.Name,
        Active = tenant.Active ? 1 : 0,
        BalanceMinor = tenant.BalanceMinor,
        Currency = tenant.Currency,
        PartMicros = tenant.Price.PartMicros,
        CreditMicros = tenant.Price.CreditMicros,
        Credit = (long)(tenant.Credit?.Kind ?? 0),
        CreditLimit = tenant.Credit?.LimitMicros ?? 0,
        CreditOpening = tenant.Credit?.OpeningMicros ?? 0,
        PriceList = tenant.Credit?.PriceList,
    };
}

public sealed record IntegrationRow
{
    public string Id { get; init; } = "";

    public string TenantId { get; init; } = "";

    public string Name { get; init; } = "";

    public long Active { get; init; }

    public string Settings { get; init; } = "";

    public static IntegrationRow Of(Integration integration) => new()
    {
        Id = integration.Id,
        TenantId = integration.Tenant.Id,
        Name = integration.Name,
        Active = integration.Active ? 1 : 0,
        Settings = IntegrationSettings.Of(integration),
    };
}

public sealed record KeyRow
{
    public string Hash { get; init; } = "";

    public string IntegrationId { get; init; } = "";
}

public sealed record SenderRow
{
    public string IntegrationId { get; init; } = "";

    public string Address { get; init; } = "";

    public long Place { get; init; }

    public long Suspended { get; init; }

    public static IEnumerable<SenderRow> Of(Integration integration) =>
        integration.Senders.Select((sender, place) => new SenderRow
        {
            IntegrationId = integration.Id,
            Address = sender.Address,
            Place = place,
            Suspended = sender.Suspended ? 1 : 0,
        });
}
