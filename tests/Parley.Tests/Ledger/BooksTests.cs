using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Tests.Platform;
using static Parley.Tests.Ledger.LedgerWorld;

namespace Parley.Tests.Ledger;

public sealed class BooksTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Moves_money_from_one_account_to_another(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Move("a", Alice, Shop, 30_00));
        await world.Stands(Alice, 70_00, 0);
        await world.Stands(Shop, 30_00, 0);
        await world.Stands(Outside, -200_00, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_what_the_balance_does_not_cover_and_counts_holds(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Hold("h", Alice, Shop, 60_00));
        await world.Refused(LedgerRefusals.FundsInsufficient, Transfer.Move("a", Alice, Shop, 40_01));
        await world.Done(Transfer.Move("a", Alice, Shop, 40_00));
        await world.Stands(Alice, 60_00, 60_00);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lets_an_account_go_as_far_below_zero_as_was_stated(string engine)
    {
        await using var world = await Create(engine);
        await world.Open(new Account { Id = "post", Currency = "EUR", Side = Side.Credit, Overdraft = 50 });
        await world.Done(Transfer.Move("a", "post", Shop, 50));
        await world.Refused(LedgerRefusals.FundsInsufficient, Transfer.Move("b", "post", Shop, 1));
        await world.Database.Transact(tx => world.Books.SetOverdraft(tx, "post", 51), CancellationToken.None);
        await world.Done(Transfer.Move("b", "post", Shop, 1));
        await world.Stands("post", -51, 0);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_a_finer_unit_of_a_currency_apart(string engine)
    {
        await using var world = await Create(engine);
        await world.Open(
            new Account { Id = "fine", Currency = "EUR6", Side = Side.Credit },
            new Account { Id = "finer", Currency = "EUR6", Side = Side.Credit, Overdraft = null });
        await world.Done(Transfer.Move("a", "finer", "fine", 1));
        await world.Refused(LedgerRefusals.CurrencyDiffers, Transfer.Move("b", Alice, "fine", 1));
        var malformed = await world.Books.Open(
            [
                new Account { Id = "x", Currency = "EURO", Side = Side.Credit },
                new Account { Id = "x", Currency = "6EUR", Side = Side.Credit },
                new Account { Id = "x", Currency = "EU6", Side = Side.Credit },
            ],
            CancellationToken.None);
        Assert.All(malformed, m => Assert.Equal(LedgerRefusals.Malformed, m.Refusal?.Code));
        var trial = await world.Reports.TrialBalance(CancellationToken.None);
        Assert.Equal(["EUR", "EUR6"], trial.Select(l => l.Currency));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Limits_an_account_of_the_debit_side_when_it_is_credited(string engine)
    {
        await using var world = await Create(engine);
        await world.Open(new Account { Id = "cash", Currency = "EUR", Side = Side.Debit });
        await world.Refused(LedgerRefusals.FundsInsufficient, Transfer.Move("a", Alice, "cash", 1));
        await world.Done(Transfer.Move("b", "cash", Alice, 500));
        await world.Done(Transfer.Hold("h", Alice, "cash", 400));
        await world.Refused(LedgerRefusals.FundsInsufficient, Transfer.Move("c", Alice, "cash", 101));
        await world.Stands("cash", 500, 400);
        await world.Balances();
    }

    /// <summary>Memory does not know ids that are in the books: the insert finds out, in a flush that others share.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task An_id_that_was_used_is_refused_also_beside_a_transaction_of_somebody_else(string engine)
    {
        await using var world = await Create(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var reused = world.Post(Transfer.Move("gift-alice", Outside, Alice, 7_00));
        var beside = world.Database.Transact(tx => tx.Query<long>("SELECT 1"), CancellationToken.None);
        gate.Open();
        Assert.Equal(LedgerRefusals.IdReused, Assert.Single(await Deadline.For(reused, "the answer")).Refusal?.Code);
        Assert.Equal([1], await Deadline.For(beside, "the transaction"));
        await world.Stands(Alice, 100_00, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Captures_a_hold_in_part_and_frees_the_rest(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Hold("h", Alice, Shop, 60_00), Transfer.Capture("c", "h", 25_00));
        await world.Stands(Alice, 75_00, 0);
        await world.Stands(Shop, 25_00, 0);
        Assert.Equal(HoldState.Captured, (await world.Books.FindHold("h", CancellationToken.None))!.State);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_what_has_ended_as_it_is(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Hold("h1", Alice, Shop, 10), Transfer.Hold("h2", Alice, Shop, 10));
        await world.Done(Transfer.Capture("c1", "h1"), Transfer.Void("v2", "h2"));
        await world.Refused(LedgerRefusals.HoldCaptured, Transfer.Void("v1", "h1"));
        await world.Refused(LedgerRefusals.HoldCaptured, Transfer.Capture("c1b", "h1"));
        await world.Refused(LedgerRefusals.HoldVoided, Transfer.Capture("c2", "h2"));
        await world.Refused(LedgerRefusals.HoldUnknown, Transfer.Capture("c3", "h3"));
        await world.Stands(Alice, 99_90, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ends_a_hold_when_its_time_has_come(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Hold("h", Alice, Shop, 10_00, world.Now + 60_000_000));
        Assert.Equal(0, await world.Books.ExpireHolds(100, CancellationToken.None));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await world.Refused(LedgerRefusals.HoldExpired, Transfer.Capture("c", "h"));
        await world.Stands(Alice, 100_00, 10_00);
        Assert.Equal(1, await world.Books.ExpireHolds(100, CancellationToken.None));
        Assert.Equal(0, await world.Books.ExpireHolds(100, CancellationToken.None));
        await world.Stands(Alice, 100_00, 0);
        await world.Refused(LedgerRefusals.HoldExpired, Transfer.Void("v", "h"));
        await world.Balances();
    }

    [Fact]
    public async Task A_hold_whose_time_is_taken_back_by_the_clock_ends_when_it_has_come_again()
    {
        await using var world = await Create("sqlite");
        await world.Done(Transfer.Hold("h", Alice, Shop, 10_00, world.Now + 60_000_000));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var looked = world.Books.ExpireHolds(100, CancellationToken.None);
        await Eventually.Holds(() => world.Database.WaitingWrites == 2, "it has found it due");
        world.Time.AdjustTime(world.Time.GetUtcNow() - TimeSpan.FromSeconds(30));
        gate.Open();
        Assert.Equal(1, await looked);
        await world.Stands(Alice, 100_00, 10_00);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await world.Books.ExpireHolds(100, CancellationToken.None));
        await world.Stands(Alice, 100_00, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Does_a_repeat_once_and_says_so(string engine)
    {
        await using var world = await Create(engine);
        var transfers = new[] { Transfer.Move("a", Alice, Shop, 10), Transfer.Hold(
            "h", Bob, Shop, 20), Transfer.Capture("c", "h") };
        var first = await world.Post(transfers);
        var again = await world.Post(transfers);
        Assert.All(again, p => Assert.Equal(Outcome.Repeated, p.Outcome));
        Assert.Equal(first.Select(p => p.At), again.Select(p => p.At));
        var twice = await world.Post(Transfer.Move("b", Alice, Shop, 5), Transfer.Move("b", Alice, Shop, 5));
        Assert.Equal([Outcome.Done, Outcome.Repeated], twice.Select(p => p.Outcome));
        await world.Stands(Shop, 35, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_an_id_that_stands_for_something_else(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(
            Transfer.Move("a", Alice, Shop, 10), Transfer.Hold("h", Alice, Shop, 10), Transfer.Capture("c", "h", 9));
        await world.Refused(LedgerRefusals.IdReused, Transfer.Move("a", Alice, Shop, 11));
        await world.Refused(LedgerRefusals.IdReused, Transfer.Move("a", Bob, Shop, 10));
        await world.Refused(LedgerRefusals.IdReused, Transfer.Move("a", Alice, Shop, 10) with { Reference = "other" });
        await world.Refused(LedgerRefusals.IdReused, Transfer.Hold("a", Alice, Shop, 10));
        await world.Refused(LedgerRefusals.IdReused, Transfer.Capture("c", "h"));
        await world.Stands(Shop, 19, 0);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lets_linked_transfers_stand_or_fall_together(string engine)
    {
        await using var world = await Create(engine);
        var posted = await world.Post(
            Transfer.Hold("h", Alice, Shop, 10) with { Linked = true },
            Transfer.Capture("c", "h") with { Linked = true },
            Transfer.Move("b", Bob, Shop, 100_01),
            Transfer.Move("d", Bob, Shop, 1));
        Assert.Equal(
            [LedgerRefusals.LinkedFailed, LedgerRefusals.LinkedFailed, LedgerRefusals.FundsInsufficient, null],
            posted.Select(p => p.Refusal?.Code));
        await world.Stands(Alice, 100_00, 0);
        await world.Stands(Bob, 99_99, 0);
        Assert.Null(await world.Books.FindHold("h", CancellationToken.None));
        var open = await world.Post(
            Transfer.Move("e", Alice, Shop, 1), Transfer.Move("f", Alice, Shop, 1) with { Linked = true });
        Assert.Equal([null, LedgerRefusals.LinkedOpen], open.Select(p => p.Refusal?.Code));
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_to_backdate(string engine)
    {
        await using var world = await Create(engine);
        world.Time.Advance(TimeSpan.FromHours(1));
        var noon = world.Now;
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.Done(Transfer.Move("a", Alice, Shop, 10) with { At = noon });
        await world.Refused(LedgerRefusals.Backdated, Transfer.Move("b", Alice, Bob, 10) with { At = noon - 1 });
        await world.Refused(LedgerRefusals.TimeInvalid, Transfer.Move("b", Alice, Bob, 10) with { At = world.Now + 1 });
        await world.Refused(LedgerRefusals.TimeInvalid, Transfer.Hold("b", Alice, Bob, 10, world.Now));
        Assert.Equal(100_00, (await world.Reports.BalanceAt(Alice, noon - 1, CancellationToken.None))!.Posted);
        Assert.Equal(99_90, (await world.Reports.BalanceAt(Alice, noon, CancellationToken.None))!.Posted);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refuses_what_makes_no_sense(string engine)
    {
        await using var world = await Create(engine);
        await world.Open(new Account { Id = "usd", Currency = "USD", Side = Side.Credit, Overdraft = null });
        await world.Refused(LedgerRefusals.AmountInvalid, Transfer.Move("a", Alice, Shop, 0));
        await world.Refused(LedgerRefusals.AmountInvalid, Transfer.Move("a", Alice, Shop, -1));
        await world.Refused(LedgerRefusals.AmountInvalid, Transfer.Move("a", Alice, Shop, Transfer.MostAmount + 1));
        await world.Refused(LedgerRefusals.Malformed, Transfer.Move("", Alice, Shop, 1));
        await world.Refused(LedgerRefusals.Malformed, Transfer.Move("a b", Alice, Shop, 1));
        await world.Refused(LedgerRefusals.Malformed, Transfer.Move("expire:h", Alice, Shop, 1));
        await world.Refused(LedgerRefusals.Malformed, Transfer.Move("a", "\0", Shop, 1));
        await world.Refused(
            LedgerRefusals.Malformed, Transfer.Move("a", Alice, Shop, 1) with { Reason = new string('x', 41) });
        await world.Refused(LedgerRefusals.AccountUnknown, Transfer.Move("a", Alice, "nobody", 1));
        await world.Refused(LedgerRefusals.SameAccount, Transfer.Move("a", Alice, Alice, 1));
        await world.Refused(LedgerRefusals.CurrencyDiffers, Transfer.Move("a", Alice, "usd", 1));
        await world.Done(Transfer.Hold("h", Alice, Shop, 10));
        await world.Refused(LedgerRefusals.CaptureTooLarge, Transfer.Capture("c", "h", 11));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_the_totals_within_their_range(string engine)
    {
        await using var world = await Create(engine);
        await world.Done([.. Enumerable.Range(0, 3_999)
            .Select(i => Transfer.Move($"big-{i}", Outside, Shop, Transfer.MostAmount))]);
        await world.Refused(LedgerRefusals.TotalTooLarge, Transfer.Move("last", Outside, Shop, Transfer.MostAmount));
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Opens_an_account_once(string engine)
    {
        await using var world = await Create(engine);
        var account = new Account { Id = "kwd", Currency = "KWD", Side = Side.Debit, Name = "three digits" };
        await world.Open(account, account);
        await world.Open(account);
        var answers = await world.Books.Open(
            [account with { Side = Side.Credit }, account with { Id = "x", Currency = "dinar" }],
            CancellationToken.None);
        Assert.Equal([LedgerRefusals.AccountDiffers, LedgerRefusals.Malformed], answers.Select(a => a.Refusal!.Code));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Shares_the_fate_of_the_transaction_it_is_part_of(string engine)
    {
        await using var world = await Create(engine);
        await Assert.ThrowsAsync<TimeoutException>(() => world.Database.Transact(tx =>
        {
            Assert.True(world.Books.Post(tx, [Transfer.Hold("h", Alice, Shop, 10)])[0].Ok);
            Assert.True(world.Books.Post(tx, [Transfer.Capture("c", "h")])[0].Ok);
            throw new TimeoutException();
        }, CancellationToken.None));
        await world.Stands(Alice, 100_00, 0);
        await world.Database.Transact(tx =>
        {
            Assert.True(world.Books.Post(tx, [Transfer.Hold("h", Alice, Shop, 10)])[0].Ok);
            Assert.Equal(10, Books.Find(tx, Alice)!.Held);
            Assert.True(world.Books.Post(tx, [Transfer.Capture("c", "h")])[0].Ok);
            Assert.Equal(Outcome.Repeated, world.Books.Post(tx, [Transfer.Hold("h", Alice, Shop, 10)])[0].Outcome);
        }, CancellationToken.None);
        await world.Stands(Alice, 99_90, 0);
        await world.Done(Transfer.Move("after", Alice, Shop, 1));
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_list_that_reads_builds_on_what_the_read_has_written_out(string engine)
    {
        await using var world = await Create(engine);
        await world.Database.Transact(tx =>
        {
            Assert.True(world.Books.Post(tx, [Transfer.Move("a", Alice, Shop, 10_00)])[0].Ok);
            // The refusal has the list looked at again by what is read.
            var posted = world.Books.Post(
                tx, [Transfer.Move("b", Alice, Shop, 5_00), Transfer.Move("c", Alice, Shop, 1_000_00)]);
            Assert.True(posted[0].Ok);
            Assert.Equal(LedgerRefusals.FundsInsufficient, posted[1].Refusal!.Code);
        }, CancellationToken.None);
        await world.Stands(Alice, 85_00, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Writes_an_account_once_that_several_lists_of_a_transaction_changed(string engine)
    {
        await using var world = await Create(engine);
        var before = await Version(world);
        await world.Database.Transact(tx =>
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.True(world.Books.Post(tx, [Transfer.Hold($"h{i}", Alice, Shop, 10)])[0].Ok);
                Assert.True(world.Books.Post(tx, [Transfer.Capture($"c{i}", $"h{i}")])[0].Ok);
            }
            Assert.Equal(Outcome.Repeated, world.Books.Post(tx, [Transfer.Hold("h3", Alice, Shop, 10)])[0].Outcome);
            Assert.Equal(
                LedgerRefusals.IdReused, world.Books.Post(tx, [Transfer.Hold("h3", Alice, Shop, 11)])[0].Refusal!.Code);
            Assert.True(world.Books.Post(tx, [Transfer.Hold("open", Alice, Shop, 1)])[0].Ok);
        }, CancellationToken.None);
        await world.Stands(Alice, 99_50, 1);
        // Once before the repeat was looked up, once at the end.
        Assert.Equal(before + 2, await Version(world));
        await world.Done(Transfer.Void("no", "open"));
        await world.Balances();

        static Task<long> Version(LedgerWorld world) => world.Database.Transact(
            tx => tx.First<long>("SELECT version FROM ledger_accounts WHERE id = 'alice'"), CancellationToken.None);
    }
}
