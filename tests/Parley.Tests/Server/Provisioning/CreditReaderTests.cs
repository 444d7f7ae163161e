using Parley.Ledger;
using Parley.Server.Channels.Billing;
using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Provisioning;

public sealed class CreditReaderTests
{
    private const string Key = "0123456789abcdefghijkl==";

    private const string Lists =
        "priceLists: [ { name: usual, currency: USD, default: 0.05, prices: [ { country: ZA, perPart: 0.02 } ] } ]";

    public static TheoryData<string> Engines => ProvisioningWorld.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_is_opened_once_and_follows_the_file(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        var books = new Books(world.Database, TimeProvider.System);
        await world.Provision(Tenant("kind: prepaid, currency: USD, opening: 12.5, priceList: usual"));
        Assert.Equal(12_500_000, (await books.Find(CreditAccounts.CreditOf("acme"), default))!.Spendable);
        var tenant = world.Tenants.ByKey(Key)!.Tenant;
        Assert.Equal(new CreditTerms(CreditKind.Prepaid, 0, 12_500_000, "usual"), tenant.Credit);
        Assert.Equal(20_000, world.Prices.PriceOf(tenant, PricedChannel.Sms, "27821234567", 1));
        // Another opening balance later changes nothing; a limit does.
        await world.Provision(Tenant("kind: postpaid, currency: USD, opening: 99, limit: 3, priceList: usual"));
        Assert.Equal(15_500_000, (await books.Find(CreditAccounts.CreditOf("acme"), default))!.Spendable);
        Assert.False((await world.Provision(
            Tenant("kind: postpaid, currency: USD, opening: 99, limit: 3, priceList: usual"))).ChangedAnything);
        var refused = await Assert.ThrowsAsync<ProvisioningRefused>(
            () => world.Provision(Tenant("kind: prepaid, currency: EUR")));
        Assert.Equal(["tenant 'acme': its credit is kept in another currency than EUR"], refused.Problems);
        Assert.Equal("USD", world.Tenants.ByKey(Key)!.Tenant.Currency);
        await world.Provision("tenants: []");
        Assert.Equal(12_500_000, (await books.Find(CreditAccounts.CreditOf("acme"), default))!.Posted);
    }

    [Fact]
    public void Says_what_is_wrong() => Assert.Equal(
        [
            "tenants[0].credit.limit: is for postpaid credit (line 4)",
            "tenants[0].credit.priceList: there is no price list 'none' (line 4)",
            "tenants[0].balance: can't stand beside credit: the account has the balance (line 5)",
            "tenants[1].credit.limit: is missing (line 7)",
            "tenants[1].credit.priceList: 'usual' is in USD, the credit in EUR (line 7)",
            "tenants[2].credit.currency: 'XXX' is not an ISO 4217 currency (line 9)",
            "tenants[2].credit.opening: is not an amount from 0 to 1000000000 with at most six digits after the point (line 9)",
        ],
        ProvisioningFile.Parse(
            Lists + """

            tenants:
              - name: a
                credit: { kind: prepaid, currency: EUR, limit: 1, priceList: none }
                balance: { amount: 1, currency: EUR }
              - name: b
                credit: { kind: postpaid, currency: EUR, priceList: usual }
              - name: c
                credit: { currency: XXX, opening: 0.0000001 }
            """,
            "parley.yaml", _ => null).Problems);

    private static string Tenant(string credit) =>
        $$"""
        {{(credit.Contains("priceList", StringComparison.Ordinal) ? Lists : "priceLists: []")}}
        tenants:
          - name: acme
            credit: { {{credit}} }
            integrations: [ { name: shop, keys: [ {{Key}} ] } ]
        """;
}
