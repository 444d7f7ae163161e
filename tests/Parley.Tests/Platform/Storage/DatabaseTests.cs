using System.Data.Common;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Storage;

public sealed class DatabaseTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transaction_that_throws_leaves_nothing_and_those_beside_it_stand(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var committed = 0;
        var all = Enumerable.Range(1, 50).Select(async i =>
        {
            try
            {
                await world.Database.Transact<bool>(
                    tx =>
                    {
                        tx.Execute("INSERT INTO numbers (id, at_place) VALUES (@i, 0)", new { i });
                        tx.AfterCommit(() => Interlocked.Increment(ref committed));
                        return i % 5 != 0 ? true : throw new InvalidOperationException("no");
                    },
                    CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                Assert.Equal(0, i % 5);
            }
        });
        await Deadline.For(Task.WhenAll(all), "all transactions");
        Assert.Equal(Enumerable.Range(1, 50).Where(i => i % 5 != 0).Select(i => (long)i), await world.Numbers());
        Assert.Equal(40, committed);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_statement_is_told_apart_from_a_database_that_is_away(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        await world.Database.Transact(
            tx => tx.Execute("INSERT INTO numbers (id, at_place) VALUES (1, 0)"), CancellationToken.None);
        var error = await Assert.ThrowsAnyAsync<DbException>(() => world.Database.Transact(
            tx => tx.Execute("INSERT INTO numbers (id, at_place) VALUES (1, 0)"), CancellationToken.None));
        Assert.Equal(StorageFault.Statement, world.Database.Dialect.Classify(error));
    }

    [Fact]
    public async Task A_second_process_is_refused_the_same_SQLite_file_in_clear_words()
    {
        await using var world = await PlatformWorld.Start("sqlite");
        var error = Assert.Throws<StorageInUse>(() => Database.Open(world.Engine.Storage));
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
        Assert.Contains("parley.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SQLite_writes_ahead_and_syncs_every_commit()
    {
        await using var world = await PlatformWorld.Start("sqlite");
        Assert.Equal("wal", await world.Ask<string>("PRAGMA journal_mode"));
        var synchronous = await world.Database.Transact(tx => tx.First<long>("PRAGMA synchronous"), CancellationToken.None);
        Assert.Equal(2, synchronous);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bulk_update_says_which_rows_it_met(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var insert = new BulkInsert<long>("numbers", "id int, at_place int", static (row, id) =>
        {
            row.Int(id);
            row.Int(0L);
        });
        var update = new BulkUpdate<long>(
            "numbers", "id int, place int", "at_place = v.place", "numbers.id = v.id AND numbers.at_place = 0",
            static (row, id) =>
            {
                row.Int(id);
                row.Int(id * 2);
            });
        var delete = new BulkDelete<long>(
            "numbers", "id int", "numbers.id = v.id", static (row, id) => row.Int(id));
        List<long> met = [], gone = [];
        await world.Database.Transact(
            tx =>
            {
                tx.Insert(insert, [1, 2, 3]);
                tx.Update(update, [2, 3, 4], met.Add);
                tx.Update(update, [3], met.Add);
                tx.Delete(delete, [1, 9], gone.Add);
            },
            CancellationToken.None);
        Assert.Equal([2, 3], met.Order());
        Assert.Equal([1], gone);
        Assert.Equal([2, 3], await world.Numbers());
        Assert.Equal(6, await world.Ask<long>("SELECT at_place FROM numbers WHERE id = 3"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Draining_ends_when_all_that_waited_is_written(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        for (var i = 0; i < 1_000; i++) world.Database.Add(NumberWork.Write, new NumberWork(i, patient: true));
        await Deadline.For(world.Database.Drain(CancellationToken.None), "the drain");
        Assert.Equal(0, world.Database.WaitingWrites);
        Assert.Equal(1_000, await world.Ask<long>("SELECT count(*) FROM numbers"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_left_for_later_is_there_for_whoever_reads_and_falls_with_its_transaction(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var insert = new BulkInsert<long>("numbers", "id int, at_place int", static (row, id) =>
        {
            row.Int(id);
            row.Int(0L);
        });
        var writes = 0;
        await world.Database.Transact(tx =>
        {
            Leave(tx, 1);
            Leave(tx, 2);
            Assert.Equal(0, writes);
            Assert.Equal(2, tx.First<long>("SELECT count(*) FROM numbers"));
            Leave(tx, 3);
            Assert.Equal(2, writes);
        }, CancellationToken.None);
        Assert.Equal([1, 2, 3], await world.Numbers());
        await Assert.ThrowsAsync<TimeoutException>(() => world.Database.Transact<bool>(tx =>
        {
            Leave(tx, 4);
            throw new TimeoutException();
        }, CancellationToken.None));
        await world.Database.Transact(tx => Leave(tx, 5), CancellationToken.None);
        Assert.Equal([1, 2, 3, 5], await world.Numbers());

        void Leave(Tx tx, long id) => tx.Later(() =>
        {
            writes++;
            tx.Insert(insert, [id]);
        });
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bulk_insert_says_which_rows_were_new(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var insert = new BulkInsert<long>("numbers", "id int, at_place int", static (row, id) =>
        {
            row.Int(id);
            row.Int(0L);
        }, "ON CONFLICT DO NOTHING", "id");
        List<long> made = [];
        await world.Database.Transact(tx => tx.Insert(insert, [2, 4], made.Add), CancellationToken.None);
        await world.Database.Transact(tx => tx.Insert(insert, [1, 2, 3, 4, 5], made.Add), CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5], made.Order());
    }
}
