using Parley.Ledger;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using static Parley.Tests.Ledger.LedgerWorld;

namespace Parley.Tests.Ledger;

/// <summary>What is remembered is a guess: concurrent callers, other nodes and failing flushes must not be able to tell.</summary>
public sealed class LedgerCacheTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Never_overdraws_a_hot_account_however_many_ask(string engine)
    {
        await using var world = await Create(engine);
        var answers = await Task.WhenAll(Enumerable.Range(0, 300)
            .Select(i => Task.Run(() => world.Post(Transfer.Move($"t{i}", Alice, Shop, 100)))));
        Assert.Equal(100, answers.Count(a => a[0].Ok));
        Assert.All(answers.Where(a => !a[0].Ok), a =>
            Assert.Equal(LedgerRefusals.FundsInsufficient, a[0].Refusal!.Code));
        await world.Stands(Alice, 0, 0);
        await world.Balances();
    }

    [Fact]
    public async Task Stays_right_when_two_nodes_post_to_the_same_accounts()
    {
        TestEngine.NeedsPostgres();
        await using var world = await Create("postgres");
        var other = world.Node();
        // Every id is posted on both nodes, in turns; the sums tell whether each counted once.
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            var id = $"t{i / 2}";
            var transfer = (i / 2 % 3) switch
            {
                0 => Transfer.Move(id, Alice, Shop, 7),
                1 => Transfer.Move(id, Shop, Bob, 1),
                _ => Transfer.Hold(id, Bob, Alice, 3),
            };
            return await (i % 2 == 0 ? world.Books : other).Post([transfer], CancellationToken.None);
        })));
        foreach (var pair in answers.GroupBy(a => a[0].Id))
            Assert.True(pair.Count(a => a[0].Outcome == Outcome.Done) <= 1, pair.Key);
        var moved = answers.Where(a => a[0].Outcome == Outcome.Done).Select(a => int.Parse(a[0].Id[1..], null))
            .ToList();
        await world.Stands(Alice, 100_00 - (7 * moved.Count(i => i % 3 == 0)), 0);
        await world.Stands(Bob, 100_00 + moved.Count(i => i % 3 == 1), 3 * moved.Count(i => i % 3 == 2));
        await world.Balances();
    }

    [Fact]
    public async Task Reads_again_what_another_node_has_changed()
    {
        TestEngine.NeedsPostgres();
        await using var world = await Create("postgres");
        var other = world.Node();
        await world.Done(Transfer.Hold("h", Alice, Shop, 100_00));
        Assert.Equal(Outcome.Done, (await other.Post([Transfer.Void("v", "h")], CancellationToken.None))[0].Outcome);
        await world.Refused(LedgerRefusals.HoldVoided, Transfer.Capture("c", "h"));
        Assert.Equal(Outcome.Done, (
            await other.Post([Transfer.Move("m", Alice, Shop, 60_00)], CancellationToken.None))[0].Outcome);
        await world.Refused(LedgerRefusals.FundsInsufficient, Transfer.Move("n", Alice, Shop, 60_00));
        Assert.Equal(Outcome.Repeated, (await world.Post(Transfer.Move("m", Alice, Shop, 60_00)))[0].Outcome);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ends_a_hold_that_another_node_began(string engine)
    {
        await using var world = await Create(engine);
        var other = new Books(world.Database, world.Time);
        await world.Done(Transfer.Move("warm", Alice, Shop, 1));
        Assert.Equal(
            Outcome.Done, (await other.Post([Transfer.Hold("h", Alice, Shop, 10)], CancellationToken.None))[0].Outcome);
        await world.Done(Transfer.Capture("c", "h"));
        await world.Stands(Alice, 99_89, 0);
        await world.Balances();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Posts_once_when_the_flush_around_it_fails(string engine)
    {
        await using var world = await Create(engine);
        await world.Done(Transfer.Move("warm", Alice, Shop, 1));
        using var gate = new ManualResetEventSlim();
        var wait = new BatchOperation<Brought>(0, (_, _) => gate.Wait(Deadline.Longest));
        var poison = new BatchOperation<Brought>(60, (_, _) => throw new InvalidOperationException("one wrong row"));
        var (first, wrong) = (new Brought(), new Brought());
        Assert.True(world.Database.Add(wait, first));
        var before = world.Post(Transfer.Hold("h", Alice, Shop, 10));
        Assert.True(world.Database.Add(poison, wrong));
        var after = world.Post(Transfer.Move("m", Alice, Shop, 5), Transfer.Move("o", Bob, Shop, 5));
        gate.Set();
        Assert.Equal(Outcome.Done, (await before)[0].Outcome);
        Assert.All(await after, p => Assert.Equal(Outcome.Done, p.Outcome));
        await Assert.ThrowsAsync<InvalidOperationException>(() => wrong.Done.WaitAsync(Deadline.Longest));
        await world.Stands(Alice, 99_94, 10);
        await world.Done(Transfer.Capture("c", "h"));
        await world.Balances();
    }

    private sealed class Brought : BatchWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public override void Committed() => _done.SetResult();

        public override void Failed(Exception error) => _done.SetException(error);
    }
}
