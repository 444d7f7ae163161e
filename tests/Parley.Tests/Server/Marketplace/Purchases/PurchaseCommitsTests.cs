using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;
using Parley.Tests.Platform;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class PurchaseCommitsTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_step_that_throws_takes_back_only_itself(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var commits = new PurchaseCommits(world.Database);
        var all = Enumerable.Range(1, 40).Select(async i =>
        {
            try
            {
                return await commits.Run(tx => Write(tx, i, i % 7 == 0), CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                Assert.Equal(0, i % 7);
                return i;
            }
        });
        Assert.Equal(Enumerable.Range(1, 40), await Deadline.For(Task.WhenAll(all), "all steps"));
        Assert.Equal(Enumerable.Range(1, 40).Where(i => i % 7 != 0).Select(i => (long)i), await world.Numbers());

        static int Write(Tx tx, int number, bool fails)
        {
            tx.Execute("INSERT INTO numbers (id, at_place) VALUES (@number, 0)", new { number });
            return fails ? throw new InvalidOperationException("no") : number;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Answers_after_the_commit(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var committed = false;
        await new PurchaseCommits(world.Database).Run(tx =>
        {
            tx.AfterCommit(() => committed = true);
            return true;
        }, CancellationToken.None);
        Assert.True(committed);
    }
}
