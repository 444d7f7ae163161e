using Parley.Ledger;
using Parley.Platform.Batching;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Tests.Ledger;

namespace Parley.Tests.Server.Channels.Billing;

/// <summary>Charges and returns in the books, against the rule as one would write it without any.</summary>
public sealed class BookedAccountsTests
{
    private static readonly Tenant[] Payers =
    [
        new("one", "one", true, 0, "EUR") { Credit = new(CreditKind.Prepaid, 0, 500, null) },
        new("two", "two", true, 0, "EUR") { Credit = new(CreditKind.Postpaid, 300, 0, null) },
        new("three", "three", true, 0, "USD") { Credit = new(CreditKind.Prepaid, 0, 0, null) },
    ];

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Charges_in_order_what_fits_and_gives_back_as_a_plain_model_does(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        await Open(world, world.Books, Payers);
        var accounts = new BookedAccounts(world.Books, new PriceLists());
        var random = new Random(20_251_125);
        var available = Payers.ToDictionary(p => p.Id, p => p.Credit!.OpeningMicros + p.Credit.LimitMicros);
        var standing = new List<MessageCharge>();
        for (var flush = 0; flush < 150; flush++)
        {
            var charges = Enumerable.Range(0, random.Next(1, 12)).Select(i => new MessageCharge(
                $"m-{flush}-{i}", Payers[random.Next(Payers.Length)].Id, random.Next(1, 60))).ToList();
            var returned = standing.Where(_ => random.Next(4) == 0).ToList();
            var paid = random.Next(3) == 0 ? random.Next(1, 400) : 0;
            await world.Database.Transact(tx =>
            {
                accounts.Charge(tx, charges);
                if (returned.Count > 0)
                    accounts.Return(tx, [.. returned.Select(r => new MessageReturn(r.Id, r.TenantId, r.Micros))]);
            }, default);
            foreach (var charge in charges)
            {
                Assert.Equal(charge.Micros <= available[charge.TenantId], charge.Fits);
                if (charge.Fits) available[charge.TenantId] -= charge.Micros;
            }
            foreach (var charge in returned) available[charge.TenantId] += charge.Micros;
            standing = [.. standing.Except(returned), .. charges.Where(c => c.Fits)];
            if (paid > 0) await Pay(world, Payers[flush % Payers.Length].Id, $"p-{flush}", paid, available);
        }
        foreach (var payer in Payers)
        {
            Assert.Equal(available[payer.Id], await accounts.Spendable(payer, default));
            var income = await world.Books.Find(CreditAccounts.IncomeOf(payer.Id), default);
            Assert.Equal(standing.Where(c => c.TenantId == payer.Id).Sum(c => c.Micros), income!.Posted);
        }
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Never_spends_more_than_there_is_however_many_charge_at_once(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        await Open(world, world.Books, Payers[..1]);
        Books[] nodes = engine == "postgres" ? [world.Books, world.Node(), world.Node()] : [world.Books];
        var operations = nodes.Select(Flushed.Operation).ToArray();
        var fitting = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async caller =>
        {
            var node = caller % nodes.Length;
            for (var i = 0; i < 6; i++)
            {
                var charges = Enumerable.Range(0, 3)
                    .Select(n => new MessageCharge($"c-{caller}-{i}-{n}", "one", 7)).ToList();
                var work = new Flushed(charges);
                Assert.True(world.Nodes[node].Add(operations[node], work));
                await Deadline.For(work.Done, "the flush");
                Interlocked.Add(ref fitting, charges.Count(c => c.Fits));
            }
        }));
        Assert.Equal(500 / 7, fitting);
        Assert.Equal(500 % 7, await new BookedAccounts(world.Books, new PriceLists()).Spendable(Payers[0], default));
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_stands_of_a_flush_that_was_taken_back(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        await Open(world, world.Books, Payers[..1]);
        var accounts = new BookedAccounts(world.Books, new PriceLists());
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Database.Transact(tx =>
        {
            accounts.Charge(tx, [new("a", "one", 400)]);
            throw new InvalidOperationException("the node dies here");
        }, default));
        var again = new MessageCharge("a", "one", 400);
        await world.Database.Transact(tx => accounts.Charge(tx, [again]), default);
        Assert.True(again.Fits);
        Assert.Equal(100, await accounts.Spendable(Payers[0], default));
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_whole_flush_of_a_tenant_is_one_transfer(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        await Open(world, world.Books, Payers[..2]);
        var accounts = new BookedAccounts(world.Books, new PriceLists());
        var charges = Enumerable.Range(0, 200).Select(i => new MessageCharge($"m-{i}", i % 2 == 0 ? "one" : "two", 1));
        await world.Database.Transact(tx => accounts.Charge(tx, [.. charges]), default);
        var lines = await world.Reports.Statement(CreditAccounts.CreditOf("two"), -1, long.MaxValue, 100, default);
        var line = Assert.Single(lines!);
        Assert.Equal((-100, "100 messages, first m-1"), (line.Moved, line.Entry.Reference));
    }

    private static Task Open(LedgerWorld world, Books books, Tenant[] tenants) => world.Database.Transact(
        tx => Assert.Empty(new CreditAccounts(books).Open(tx, tenants)), default);

    private static async Task Pay(
        LedgerWorld world, string tenant, string reference, int micros, Dictionary<string, long> available)
    {
        var payment = new CreditPayment(reference, new(micros), null);
        var adjust = new AdjustCredit(world.Books);
        Assert.True((await adjust.Run(tenant, payment, default)).Value);
        Assert.False((await adjust.Run(tenant, payment, default)).Value);
        available[tenant] += micros;
    }

    /// <summary>Charges as a flush brings them.</summary>
    private sealed class Flushed(List<MessageCharge> charges) : BatchWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public static BatchOperation<Flushed> Operation(Books books)
        {
            var accounts = new BookedAccounts(books, new PriceLists());
            return new(100, (tx, all) => accounts.Charge(tx, [.. all.SelectMany(w => w.Charges)]));
        }

        public override int Lane => charges[0].Id.GetHashCode(StringComparison.Ordinal);

        public List<MessageCharge> Charges => charges;

        public override void Committed() => _done.SetResult();

        public override void Failed(Exception error) => _done.SetException(error);
    }
}
