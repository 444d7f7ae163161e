using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
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

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_that_left_is_taken_over_from_at_once(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var first = NewNode(world);
        await first.Join(CancellationToken.None);
        await first.DisposeAsync();
        await using var second = NewNode(world);
        var gone = new List<string>();
        second.Gone += (_, other) => gone.Add(other);
        await second.Join(CancellationToken.None);
        Assert.Equal([first.Id], gone);
    }

    /// <summary>While a query runs, PostgreSQL keeps every row that died since it began.</summary>
    [Fact]
    public async Task On_PostgreSQL_a_node_leaves_no_query_running()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        var clock = new FakeTimeProvider();
        await using var node = NewNode(world, clock);
        await node.Join(CancellationToken.None);
        await Beats(world, clock);
        await Eventually.Holds(
            async () => await world.Ask<long>(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
                """) == 0,
            "nothing runs");
    }

    [Fact]
    public async Task On_PostgreSQL_a_node_whose_session_was_ended_takes_its_lock_again()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        var clock = new FakeTimeProvider();
        await using var first = NewNode(world, clock);
        await first.Join(CancellationToken.None);
        Assert.Equal(1, await world.Ask<long>($"SELECT count(pg_terminate_backend(pid)) FROM ({Locks}) held"));
        await Eventually.Holds(async () => await world.Ask<long>($"SELECT count(*) FROM ({Locks}) held") == 0, "no lock");
        await Eventually.Holds(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return await world.Ask<long>($"SELECT count(*) FROM ({Locks}) held") == 1;
            },
            "the lock is taken again");
        await world.Database.Transact(tx => tx.Execute("UPDATE nodes SET seen_at = 0"), CancellationToken.None);
        await using var second = NewNode(world);
        second.Gone += (_, other) => Assert.Fail($"{other} lives");
        await second.Join(CancellationToken.None);
    }

    /// <summary>When the database was away, every heartbeat is old and every lock free.</summary>
    [Fact]
    public async Task On_PostgreSQL_the_others_get_time_to_come_back_after_the_database_was_away()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        var clock = new FakeTimeProvider();
        await using var node = NewNode(world, clock);
        var goneAt = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Gone += (_, _) => goneAt.TrySetResult(clock.GetUtcNow());
        await node.Join(CancellationToken.None);
        await world.Database.Transact(
            tx => tx.Execute(
                "INSERT INTO nodes (id, name, started_at, seen_at) VALUES ('0123456789abcdef0123456789abcdef', 'away', 0, 0)"),
            CancellationToken.None);
        await world.Ask<long>($"SELECT count(pg_terminate_backend(pid)) FROM ({Locks}) held");
        await Eventually.Holds(async () => await world.Ask<long>($"SELECT count(*) FROM ({Locks}) held") == 0, "no lock");
        var away = clock.GetUtcNow();
        await Eventually.Holds(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await world.Ask<long>("SELECT 1");
                return goneAt.Task.IsCompleted;
            },
            "one that stays away is gone");
        Assert.True(await goneAt.Task - away >= TimeSpan.FromSeconds(25), "nobody is gone before he could be back");
    }

    private const string Locks =
        """
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>Returns after a heartbeat.</summary>
    private static async Task Beats(PlatformWorld world, FakeTimeProvider clock)
    {
        const string Seen = "SELECT max(seen_at) FROM nodes";
        var joined = await world.Ask<long>(Seen);
        await Eventually.Holds(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                return await world.Ask<long>(Seen) > joined;
            },
            "a heartbeat");
    }

    private static Node NewNode(PlatformWorld world, TimeProvider? clock = null) => new(
        world.Database, new Ids(clock ?? world.Clock, null), clock ?? world.Clock, NullLogger<Node>.Instance);

    private static Task<int> Left(PlatformWorld world, string id, TimeSpan ago) => world.Database.Transact(
        tx => tx.Execute(
            "INSERT INTO nodes (id, name, started_at, seen_at) VALUES (@id, 'gone', 0, @seen)",
            new { id, seen = world.Clock.NowMicros() - Micros.From(ago) }),
        CancellationToken.None);
}
