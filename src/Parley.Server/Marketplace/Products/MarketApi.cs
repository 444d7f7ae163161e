namespace Parley.Server.Marketplace.Products;

/// <summary>The APIs that clients call (contract marketplace §2.1), as contracts name them; the token call is nobody's to be taken away.</summary>
public enum MarketApi
{
    Products,
    Terms,
    Operator,
    CountryPrefix,
    InFlight,
    UserTransactions,
    Transaction,
    Tokens,
    Validation,
    Transact,
    ReserveAndTransact,
    Notifications,
    Settlement,
}

/// <summary>How often one API may be called within a second, beside the limit for all of them.</summary>
public sealed record ApiLimit(MarketApi Api, int PerSecond);
