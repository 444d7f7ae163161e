using Parley.Ledger;
using static Parley.Tests.Ledger.LedgerWorld;

namespace Parley.Tests.Ledger;

public sealed class BookCheckTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    public static TheoryData<string, string> Tampering => new MatrixTheoryData<string, string>(
        TestEngine.All.Select(row => row.Data),
        [
            "UPDATE ledger_transfers SET amount = amount + 1 WHERE id = 'a'",
            "UPDATE ledger_transfers SET reference = 'other' WHERE id = 'a'",
            "UPDATE ledger_transfers SET credit_account = 'outside' WHERE id = 'a'",
            "UPDATE ledger_transfers SET at = at - 1 WHERE id = 'a'",
            "DELETE FROM ledger_transfers WHERE id = 'a'",
            "DELETE FROM ledger_transfers WHERE id = 'last'",
            "UPDATE ledger_accounts SET credits = credits + 1 WHERE id = 'alice'",
            "UPDATE ledger_accounts SET credits = credits + 1, debits = debits + 1 WHERE id = 'alice'",
            "UPDATE ledger_holds SET state = 3 WHERE id = 'h'",
            "UPDATE ledger_holds SET amount = 11 WHERE id = 'h'",
            "UPDATE ledger_holds SET state = 2 WHERE id = 'open'",
            "DELETE FROM ledger_holds WHERE id = 'h'",
            "DELETE FROM ledger_holds WHERE id = 'open'",
            """
            INSERT INTO ledger_holds (id, debit_account, credit_account, amount, state) VALUES ('x', 'bob', 'shop', 1, 2)
            """,
            "DELETE FROM ledger_accounts WHERE id = 'bob'",
        ]);

    [Theory, MemberData(nameof(Tampering))]
    public async Task Shows_what_somebody_changed_by_hand(string engine, string sql)
    {
        await using var world = await Create(engine);
        await world.Done(
            Transfer.Move("a", Alice, Shop, 10),
            Transfer.Hold("h", Bob, Shop, 10),
            Transfer.Capture("c", "h", 5),
            Transfer.Hold("open", Bob, Shop, 1),
            Transfer.Move("last", Alice, Bob, 1));
        await world.Balances();
        await world.Tamper(sql);
        Assert.False((await world.Check()).Sound);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Shows_a_row_that_was_changed_together_with_the_balances(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Move("a", Alice, Shop, 10), Transfer.Move("b", Bob, Shop, 10));
        await world.Tamper(
            "UPDATE ledger_transfers SET amount = 11, debit_posted = debit_posted - 1, credit_posted = credit_posted + 1 WHERE id = 'b'");
        await world.Tamper("UPDATE ledger_accounts SET debits = debits + 1 WHERE id = 'bob'");
        await world.Tamper("UPDATE ledger_accounts SET credits = credits + 1 WHERE id = 'shop'");
        Assert.Equal(["transfer b: the chain is broken here"], (await world.Check()).Findings);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_row_that_was_changed_does_not_hide_another_behind_all_that_follow(string engine)
    {
        await using var world = await Create(engine);
        for (var i = 1; i <= 120; i++)
            await world.Done(Transfer.Move($"a{i}", Alice, Shop, 1), Transfer.Move($"b{i}", Bob, Shop, 1));
        await world.Tamper("UPDATE ledger_transfers SET amount = 2 WHERE id = 'a5'");
        await world.Tamper("DELETE FROM ledger_transfers WHERE id = 'b119'");
        var findings = (await world.Check()).Findings;
        Assert.True(findings.Count < 12, string.Join('\n', findings));
        foreach (var named in (string[])["transfer a5: ", "transfer b120: ", "account alice: ", "account bob: "])
            Assert.Contains(findings, f => f.StartsWith(named, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Names_the_row_that_was_changed(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Hold("h", Bob, Shop, 10), Transfer.Void("v", "h"));
        await world.Tamper("UPDATE ledger_holds SET state = 2 WHERE id = 'h'");
        Assert.Equal(["hold h: it is not what the transfers give"], (await world.Check()).Findings);
        await world.Tamper("UPDATE ledger_accounts SET debits = debits + 1, credits = credits + 1 WHERE id = 'bob'");
        Assert.Equal(
            [
                "hold h: it is not what the transfers give",
                "account bob: the stored balance is not what the transfers give",
            ], (await world.Check()).Findings);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Counts_what_it_read(string engine)
    {
        await using var world = await Create(engine);
        var check = await world.Check();
        Assert.Equal((4, 2, true), (check.Accounts, check.Entries, check.Sound));
    }
}
