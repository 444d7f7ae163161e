using Microsoft.Extensions.DependencyInjection;

namespace Parley.Ledger;

/// <summary>The books, and what keeps them.</summary>
public static class LedgerModule
{
    /// <summary>Adds the books, their reports and the end of holds.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services) => services
        .AddSingleton<Books>()
        .AddSingleton<BookReports>()
        .AddSingleton<BookCheck>()
        .AddHostedService<HoldExpiryJob>();
}
