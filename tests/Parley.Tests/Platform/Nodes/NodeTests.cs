using Microsoft.Extensions.Logging.Abstractions;
using Parley.Platform;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Nodes;

public sealed class NodeTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_takes_over_from_one_that_is_gone(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        // A row that a process left behind when it was killed: nobody holds its lock, and its heartbeat is old.
        await Left(world, "0123456789abcdef0123456789abcdef", TimeSpan.FromMinutes(1));
        var node = NewNode(world);
        var gone = new List<string>();
        node.Gone += (_, other) => gone.Add(other);
        await node.Join(CancellationToken.None);
        Assert.Equal(["0123456789abcdef0123456789abcdef"], gone);
        Assert.Equal(node.Id, await world.Ask<string>("SELECT min(id) FROM nodes"));
        await node.DisposeAsync();
    }

    [Fact]
    public async Task On_PostgreSQL_a_node_that_lives_is_left_alone_however_old_its_heartbeat()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        await using var first = NewNode(world);
        await first.Join(CancellationToken.None);
        await world.Database.Transact(tx => tx.Execute("UPDATE nodes SET seen_at = 0"), CancellationToken.None);
        await using var second = NewNode(world);
        second.Gone += (_, other) => Assert.Fail($"{other} lives");
        await second.Join(CancellationToken.None);
        Assert.Equal(2, await world.Ask<long>("SELECT count(*) FROM nodes"));
    }

    [Fact]
    public async Task On_PostgreSQL_a_fresh_heartbeat_keeps_a_node_whose_lock_is_free()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        await Left(world, "0123456789abcdef0123456789abcdef", TimeSpan.Zero);
        await using var node = NewNode(world);
        node.Gone += (_, other) => Assert.Fail($"{other} was seen just now");
        await node.Join(CancellationToken.None);
        Assert.Equal(2, await world.Ask<long>("SELECT count(*) FROM nodes"));
    }

    private static Node NewNode(PlatformWorld world) =>
        new(world.Database, new Ids(world.Clock, null), world.Clock, NullLogger<Node>.Instance);

    private static Task<int> Left(PlatformWorld world, string id, TimeSpan ago) => world.Database.Transact(
        tx => tx.Execute(
            "INSERT INTO nodes (id, name, started_at, seen_at) VALUES (@id, 'gone', 0, @seen)",
            new { id, seen = world.Clock.NowMicros() - Micros.From(ago) }),
        CancellationToken.None);
}
