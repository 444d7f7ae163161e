using Parley.Ledger;
using static Parley.Tests.Ledger.LedgerWorld;

namespace Parley.Tests.Ledger;

public sealed class BookReportsTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Lists_an_account_with_its_running_balance(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(
            Transfer.Move("a", Alice, Shop, 10), Transfer.Hold("h", Alice, Bob, 30), Transfer.Capture("c", "h", 20));
        var lines = await world.Reports.Statement(Alice, 0, long.MaxValue, 100, CancellationToken.None);
        Assert.Equal(
            [("gift-alice", 100_00, 100_00, 0), ("a", -10, 99_90, 0), ("h", 0, 99_90, 30), ("c", -20, 99_70, 0)],
            lines!.Select(l => (l.Entry.Id, l.Moved, l.Posted, l.Held)));
        var rest = await world.Reports.Statement(Alice, lines![1].Entry.At, long.MaxValue, 1, CancellationToken.None);
        Assert.Equal("h", Assert.Single(rest!).Entry.Id);
        Assert.Null(await world.Reports.Statement("nobody", 0, long.MaxValue, 100, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Knows_the_balance_at_every_moment(string engine)
    {
        await using var world = await Create(engine);
        var start = world.Now;
        for (var i = 1; i <= 5; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(10));
            await world.Done(Transfer.Move($"{i}", Alice, Shop, i));
        }
        for (var i = 0; i <= 5; i++)
        {
            var moment = start + (i * 10_000_000) + 5_000_000;
            var past = await world.Reports.BalanceAt(Shop, moment, CancellationToken.None);
            Assert.Equal(i * (i + 1) / 2, past!.Posted);
        }
        Assert.Equal(0, (await world.Reports.BalanceAt(Shop, start, CancellationToken.None))!.At);
        Assert.Null(await world.Reports.BalanceAt("nobody", start, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Says_what_moved_in_a_span_and_why(string engine)
    {
        await using var world = await Create(engine);
        await world.Open(new Account { Id = "alice:savings", Currency = "EUR", Side = Side.Debit, Overdraft = null });
        world.Time.Advance(TimeSpan.FromSeconds(10));
        var from = world.Now;
        await world.Done(
            Transfer.Move("a", Alice, Shop, 10) with { Reason = "sale" },
            Transfer.Hold("h", Alice, Bob, 30) with { Reason = "sale" },
            Transfer.Capture("c", "h", 20) with { Reason = "sale" },
            Transfer.Move("b", Shop, Alice, 4) with { Reason = "refund" },
            Transfer.Move("d", "alice:savings", Shop, 7) with { Reason = "sale" });
        world.Time.Advance(TimeSpan.FromSeconds(10));
        var until = world.Now;
        await world.Done(Transfer.Move("late", Alice, Shop, 10) with { Reason = "sale" });
        Assert.Equal(
            [new Movement("refund", 1, 4), new Movement("sale", 2, -30)],
            await world.Reports.Moved(Alice, from, until, CancellationToken.None));
        Assert.Equal(
            [new Movement("sale", 1, 7)],
            await world.Reports.Moved("alice:savings", from, until, CancellationToken.None));
        Assert.Empty(await world.Reports.Moved("nobody", from, until, CancellationToken.None));
        Assert.Equal(
            ["a", "c"],
            (await world.Reports.Entries(["a", "c", "none"], CancellationToken.None)).Select(e => e.Id).Order());
        Assert.Equal(
            "alice:savings",
            Assert.Single(await world.Reports.AccountsOf("alice:", CancellationToken.None)).Account.Id);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Balances_every_currency_by_itself(string engine)
    {
        await using var world = await Create(engine);
        foreach (var currency in (string[])["JPY", "KWD"])
        {
            await world.Open(
                new Account { Id = "cash-" + currency, Currency = currency, Side = Side.Debit },
                new Account { Id = "owed-" + currency, Currency = currency, Side = Side.Credit });
            await world.Done(
                Transfer.Move("in-" + currency, "cash-" + currency, "owed-" + currency, Transfer.MostAmount));
        }
        var lines = await world.Reports.TrialBalance(CancellationToken.None);
        Assert.Equal(
            [
                new("EUR", 4, 200_00, 200_00),
                new("JPY", 2, Transfer.MostAmount, Transfer.MostAmount),
                new TrialBalanceLine("KWD", 2, Transfer.MostAmount, Transfer.MostAmount),
            ], lines);
        Assert.Equal(["cash-KWD", "outside"], (await world.Reports.Accounts("cash-JPY", 2, CancellationToken.None))
            .Select(b => b.Account.Id));
    }
}
