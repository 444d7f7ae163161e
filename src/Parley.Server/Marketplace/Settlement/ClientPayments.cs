using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>Money that a client paid, in minor units, under the reference of its transfer.</summary>
internal sealed record ClientPayment(string? Currency, long Amount, string? Reference);

/// <summary>Books what a client pays of what it owes; a repeat under the same reference changes nothing.</summary>
internal sealed class ClientPayments(Database database, Books books)
{
    public const string Reason = "payment", Unknown = "settlement.unknown-account", Malformed = "settlement.malformed";

    public Task<Result<string>> Book(long clientId, ClientPayment payment, CancellationToken cancel)
    {
        if (payment.Reference is not { Length: > 0 and <= 40 } reference || !reference.All(c => c is > ' ' and <= '~')
            || payment.Currency is not { } currency || Currency.Digits(currency) is null)
            return Task.FromResult<Result<string>>(new Refusal(
                Malformed,
                "currency (ISO 4217), amount (minor units) and reference (1 to 40 visible characters) are needed"));
        return database.Transact<Result<string>>(tx =>
        {
            var account = SaleBooks.ClientAccount(clientId, currency);
            if (Books.Find(tx, account) is null)
                return new Refusal(Unknown, $"Client {clientId} has bought nothing in {currency}.");
            var treasury = SaleBooks.TreasuryAccount(currency);
            books.Open(
                tx, [new Account { Id = treasury, Currency = currency, Side = Side.Credit, Overdraft = null }]);
            var transfer = Transfer.Move($"market:paid:{clientId}:{reference}", treasury, account, payment.Amount);
            var posted = books.Post(tx, [transfer with { Reason = Reason, Reference = reference }])[0];
            return posted.Refusal is { } refusal ? refusal : posted.Outcome.ToString();
        }, cancel);
    }
}
