using System.Net;

namespace Parley.Server.Marketplace.Products;

/// <summary>An integrator under contract (contract marketplace §1).</summary>
public sealed record Client
{
    private readonly IPNetwork[] _networks = [];

    /// <summary>1 to 999,999,999.</summary>
    public required int Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>SHA-256 of the secrets of the token call; two during rotation.</summary>
    public IReadOnlyList<string> SecretHashes { get; init; } = [];

    /// <summary>SHA-256 of the API keys.</summary>
    public IReadOnlyList<string> KeyHashes { get; init; } = [];

    /// <summary>Empty when calls aren't signed; two during rotation, the newest first (§3).</summary>
    public IReadOnlyList<string> SignatureSecrets { get; init; } = [];

    /// <summary>How far the timestamp of a signed call may be off; 0 does not ask for one (§3, against replay).</summary>
    public int TimestampWithinSeconds { get; init; }

    /// <summary>CIDR; empty for any.</summary>
    public IReadOnlyList<string> AllowedNetworks
    {
        get;
        init => (field, _networks) = (value, [.. value.Select(IPNetwork.Parse)]);
    } = [];

    /// <summary>Certificates of which its calls must show one; empty when token and key are enough.</summary>
    public IReadOnlyList<ClientCertificate> Certificates { get; init; } = [];

    /// <summary>Calls of all APIs together; 0 for no limit.</summary>
    public int RequestsPerSecond { get; init; }

    /// <summary>Limits of single APIs.</summary>
    public IReadOnlyList<ApiLimit> ApiLimits { get; init; } = [];

    /// <summary>APIs that it may use; empty for all.</summary>
    public IReadOnlyList<MarketApi> Apis { get; init; } = [];

    /// <summary>Where the outcome of Transact goes; null when the client may not use Transact.</summary>
    public Partner? Outcomes { get; init; }

    /// <summary>The client's funding sources, the default first; empty when it may not use Reserve and Transact.</summary>
    public IReadOnlyList<int> FundingSources { get; init; } = [];

    /// <summary>Channels that it sells on; empty for any.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [];

    /// <summary>Buyers that are refused with 2070.</summary>
    public IReadOnlyList<string> BlockedSources { get; init; } = [];

    /// <summary>Refuse a purchase while a similar one is pending (§9).</summary>
    public bool RefuseSimilar { get; init; }

    /// <summary>How much one buyer may buy within a time.</summary>
    public IReadOnlyList<VelocityLimit> Velocity { get; init; } = [];

    /// <summary>The integration that sends SMS for it; empty for none.</summary>
    public string IntegrationId { get; init; } = "";

    /// <summary>The sender id of its SMS; empty leaves it to the integration.</summary>
    public string SmsFrom { get; init; } = "";

    /// <summary>What its buyers and recipients are told by SMS.</summary>
    public SmsSettings Sms { get; init; } = new();

    public bool MayCallFrom(IPAddress? address)
    {
        if (_networks.Length == 0) return true;
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return _networks.Any(network => network.Contains(address));
    }

    /// <summary>Calls of an API within a second; 0 for no limit of its own.</summary>
    public int LimitOf(MarketApi api) => ApiLimits.FirstOrDefault(l => l.Api == api)?.PerSecond ?? 0;

    public bool MayUse(MarketApi api) => Apis.Count == 0 || Apis.Contains(api);
}

/// <summary>A bank that holds buyers' money (§5.10).</summary>
public sealed record FundingSource
{
    public required int Id { get; init; }

    public string Name { get; init; } = "";

    public required Partner Reserve { get; init; }

    public required Partner Outcomes { get; init; }

    /// <summary>5 to 90 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 30;
}
