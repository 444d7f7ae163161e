using Microsoft.Extensions.Logging.Abstractions;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.OptOuts;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class ConsentWatchTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_begins_with_all_that_is_known_and_follows_the_others(string engineName)
    {
        var engine = await TestEngine.Create(engineName);
        await using var ended = engine;
        await using var database = Database.Open(engine.Storage);
        await Migrations.Run(database, [typeof(Database).Assembly, typeof(TenantDirectory).Assembly], default);
        var here = new ChangeConsent(new ConsentMemory(), new Ids(TimeProvider.System, null));
        var blocks = new ChangeBlocks(new ConsentMemory(), TimeProvider.System);
        await database.Transact(tx => here.Run(tx, [Change(1, true), Change(2, true)]), default);
        await database.Transact(tx => here.Run(tx, [Change(2, false)]), default);

        var there = new ConsentMemory();
        await using var watch = new ConsentWatch(
            database, there, TimeProvider.System, NullLogger<ConsentWatch>.Instance);
        await watch.Start(default);
        Assert.True(there.OptedOut("shop", "1202", Phone(1)));
        Assert.False(there.OptedOut("shop", "1202", Phone(2)));
        if (engineName == "sqlite") return; // one node: there is nobody to follow

        // More than one reading, in numbers of a thousand rows.
        for (var from = 1_000; from < 13_000; from += 1_000)
            await database.Transact(
                tx => here.Run(tx, [.. Enumerable.Range(from, 1_000).Select(i => Change(i, true))]), default);
        await database.Transact(tx => blocks.Set(tx, "", [($"{Phone(3)}", BlockKind.Blocked, "")]), default);
        await database.Transact(tx => here.Run(tx, [Change(1, false)]), default);
        await Eventually.Holds(() => !there.OptedOut("shop", "1202", Phone(1)), "the last change is followed");
        Assert.All(Enumerable.Range(1_000, 12_000), i => Assert.True(there.OptedOut("shop", "1202", Phone(i))));
        Assert.True(there.Blocked("", Phone(3)));
        Assert.Equal(12_001, there.Count);
    }

    private static long Phone(int i) => 27_830_000_000 + i;

    private static ConsentChange Change(int i, bool optOut) => new("shop", "1202", $"{Phone(i)}", optOut, 1)
    {
        Source = ConsentSources.Admin,
    };
}
