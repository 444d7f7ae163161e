using Parley.Platform;
using Parley.Server.Marketplace.Settlement;

namespace Parley.Server.Marketplace;

/// <summary>The marketplace. Section <c>Marketplace</c>.</summary>
public sealed record MarketplaceOptions
{
    /// <summary>What stands before the paths of the APIs (contract marketplace §2.1).</summary>
    public string BasePath { get; init; } = "/apiman-gateway/PaydServices";

    /// <summary>The realm in the path of the token call. 1 to 60 letters, digits and hyphens.</summary>
    public string Realm { get; init; } = "UAT-API";

    /// <summary>
    /// Encrypts tokens, the SMS that carry them, and signing keys: 32 bytes in base64. Empty keeps one in the data folder.
    /// </summary>
    public string SecretKey { get; init; } = "";

    /// <summary>
    /// Keys that <see cref="SecretKey"/> took the place of, separated by commas: what they encrypted can still be read, and
    /// nothing new is encrypted with them.
    /// </summary>
    public string EarlierSecretKeys { get; init; } = "";

    /// <summary>A key signs tokens this long, then a new one does. 1 hour to 365 days.</summary>
    public TimeSpan SigningKeyLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Token calls of a client within a minute. 1 to 100,000.</summary>
    public int TokenCallsPerMinute { get; init; } = 60;

    public SettlementOptions Settlement { get; init; } = new();

    public PathOptions Paths { get; init; } = new();

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (BasePath.Length > 200 || (BasePath.Length > 0 && !IsPath(BasePath)))
            yield return $"Marketplace:BasePath is {BasePath}; it must begin with / and not end with it";
        if (Realm.Length is < 1 or > 60 || !Realm.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            yield return $"Marketplace:Realm is {Realm}; it must be 1 to 60 letters, digits and hyphens";
        if (SecretKey.Length > 0 && !SecretBox.IsKey(SecretKey))
            yield return "Marketplace:SecretKey must be 32 bytes in base64";
        if (!SecretBox.Split(EarlierSecretKeys).All(SecretBox.IsKey))
            yield return "Marketplace:EarlierSecretKeys must be keys of 32 bytes in base64, separated by commas";
        if (SigningKeyLife < TimeSpan.FromHours(1) || SigningKeyLife > TimeSpan.FromDays(365))
            yield return $"Marketplace:SigningKeyLife is {SigningKeyLife}; it must be 1 hour to 365 days";
        if (TokenCallsPerMinute is < 1 or > 100_000)
            yield return $"Marketplace:TokenCallsPerMinute is {TokenCallsPerMinute}; it must be 1 to 100000";
        foreach (var problem in Settlement.Problems()) yield return problem;
        foreach (var path in Paths.All.Where(p => p.Length > 200 || !IsPath(p)))
            yield return $"Marketplace:Paths has {path}; a path must begin with / and not end with it";
        if (Paths.All.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Paths.All.Length)
            yield return "Marketplace:Paths has a path twice";
    }

    private static bool IsPath(string path) =>
        path.Length > 1 && path[0] == '/' && path[^1] != '/'
            && path.All(c => char.IsAsciiLetterOrDigit(c) || "/.-_~".Contains(c));
}

/// <summary>Paths of the APIs; several are proposals of the contract, so all can be changed.</summary>
public sealed record PathOptions
{
    public string Products { get; init; } = "/productLookup/2.0";

    public string Terms { get; init; } = "/financial-terms/1.0";

    public string Operator { get; init; } = "/mnoLookup/1.0";

    public string CountryPrefix { get; init; } = "/lookupCountryPrefix/1.0";

    public string InFlight { get; init; } = "/in-flight-transaction-check/1.0";

    public string Transaction { get; init; } = "/lookup-api/2.0";

    public string Validation { get; init; } = "/customer-account-validation/1.0/validate";

    public string ValidationAlias { get; init; } = "/validate";

    public string Transact { get; init; } = "/transact/1.0";

    public string ReserveAndTransact { get; init; } = "/reserve-and-transact/1.0";

    public string UserTransactions { get; init; } = "/userTransactionLookup/1.0";

    public string Tokens { get; init; } = "/tokenLookup/1.0";

    public string Notifications { get; init; } = "/notifications/1.0";

    public string Settlement { get; init; } = "/settlement/1.0";

    internal string[] All =>
    [
        Products, Terms, Operator, CountryPrefix, InFlight, Transaction, Validation, ValidationAlias, Transact,
        ReserveAndTransact, UserTransactions, Tokens, Notifications,
        Settlement,
    ];
}
