using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Parley.Platform.Batching;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Batching;

public sealed class BatcherTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Work_is_answered_after_its_commit_and_what_waits_shares_one(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        Assert.True(world.Database.Add(Gate.Hold, gate));
        gate.Entered();
        var works = Enumerable.Range(1, 500).Select(i => new NumberWork(i)).ToList();
        foreach (var work in works) Assert.True(world.Database.Add(NumberWork.Write, work));
        Assert.All(works, w => Assert.False(w.Done.IsCompleted));
        gate.Open();
        await Deadline.For(Task.WhenAll(works.Select(w => w.Done)), "the commit");
        Assert.Equal(1, await world.Ask<long>("SELECT count(DISTINCT at_place) FROM numbers"));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), await world.Numbers());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_drain_ends_with_what_was_brought_before_it_however_much_comes_after(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var first = new Gate();
        using var second = new Gate();
        world.Database.Add(Gate.Hold, first);
        first.Entered();
        var before = new NumberWork(1, patient: true);
        world.Database.Add(NumberWork.Write, before);
        var drained = world.Database.Drain(CancellationToken.None);
        first.Open();
        await Deadline.For(before.Done, "what was brought before");
        // The batcher is never idle again before the drain has ended.
        world.Database.Add(Gate.Hold, second);
        for (var i = 2; i < 50; i++) world.Database.Add(NumberWork.Write, new NumberWork(i));
        second.Entered();
        await Deadline.For(drained, "the drain");
        second.Open();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_row_fails_alone_and_its_neighbours_stand(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var works = Enumerable.Range(1, 40).Select(i => new NumberWork(i)).Append(new NumberWork(17)).ToList();
        foreach (var work in works) world.Database.Add(NumberWork.Write, work);
        gate.Open();
        var ends = await Task.WhenAll(works.Select(w => Ended(w.Done)));
        Assert.Single(ends, e => e is DbException);
        Assert.Equal(40, ends.Count(e => e is null));
        Assert.Equal(40, await world.Ask<long>("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task A_session_that_a_statement_has_ended_costs_nobody_else_his_write()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        // PostgreSQL's internal errors are the driver's reason to leave the session.
        var wrong = new Doing(tx => tx.Execute(
            "DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'XX000'; END$$"));
        world.Database.Add(Doing.Do, wrong);
        Assert.IsType<PostgresException>(await Ended(wrong.Done), exactMatch: false);
        var after = new NumberWork(1, patient: true);
        world.Database.Add(NumberWork.Write, after);
        await Deadline.For(after.Done, "what came after it");
        Assert.Equal([1], await world.Numbers());
    }

    [Fact]
    public async Task What_a_time_limit_has_ended_is_written_later()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        var tries = 0;
        var work = new Doing(tx =>
        {
            if (++tries == 1) tx.Execute("DO $$BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57014'; END$$");
            tx.Execute("INSERT INTO numbers (id, at_place) VALUES (1, 1)");
        });
        world.Database.Add(Doing.Do, work);
        await Deadline.For(work.Done, "the work");
        Assert.Equal([1], await world.Numbers());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_waits_for_the_database_goes_before_what_came_after_it_also_in_a_flush_that_is_divided(
        string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var (tries, order) = (0, new ConcurrentQueue<int>());
        Doing[] works =
        [
            new(static _ => throw new InvalidOperationException("wrong")),
            new(_ =>
            {
                // With the others, with the wrong one, and alone.
                if (++tries == 1) throw new IOException("away");
            }, () => order.Enqueue(2)),
            new(static _ => { }, () => order.Enqueue(3)), new(static _ => { }, () => order.Enqueue(4)),
        ];
        foreach (var work in works) world.Database.Add(Doing.Do, work);
        gate.Open();
        await Deadline.For(Task.WhenAll(works[1..].Select(w => w.Done)), "what could be written");
        await Assert.ThrowsAsync<InvalidOperationException>(() => works[0].Done);
        Assert.Equal([2, 3, 4], order);
    }

    [Fact]
    public async Task What_ends_the_whole_transaction_on_SQLite_is_not_taken_for_the_end_of_one_part_of_it()
    {
        await using var world = await PlatformWorld.Start("sqlite");
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var ended = world.Database.Transact(
            tx =>
            {
                tx.Execute("ROLLBACK");
                throw new SqliteException("out of memory", 7);
            },
            CancellationToken.None);
        var beside = world.Database.Transact(
            tx => tx.Execute("INSERT INTO numbers (id, at_place) VALUES (1, 1)"), CancellationToken.None);
        gate.Open();
        await Assert.ThrowsAnyAsync<Exception>(() => ended);
        // Written, or told that it is not.
        var written = await Task.WhenAny(beside) is { IsCompletedSuccessfully: true };
        Assert.Equal(written ? [1] : [], await world.Numbers());
    }

    /// <summary>What was left to be written at the end fails under a transaction of somebody else that shares the flush.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task What_could_not_be_written_fails_itself_and_not_the_transaction_beside_it(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var (first, again) = (new LateNumber(1), new LateNumber(1));
        world.Database.Add(LateNumber.Write, first);
        world.Database.Add(LateNumber.Write, again);
        var beside = world.Database.Transact(
            tx => tx.Query<long>("SELECT count(*) FROM numbers"), CancellationToken.None);
        gate.Open();
        Assert.Single(await Deadline.For(beside, "the transaction"));
        var ends = await Task.WhenAll(Ended(first.Done), Ended(again.Done));
        Assert.Single(ends, e => e is DbException);
        Assert.Equal([1], await world.Numbers());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_is_committed_of_a_transaction_that_went_on_after_a_failed_write(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        await Assert.ThrowsAnyAsync<Exception>(() => world.Database.Transact(
            tx =>
            {
                tx.Execute("INSERT INTO numbers (id, at_place) VALUES (1, 1)");
                var writes = 0;
                tx.Later(() =>
                {
                    if (++writes == 1) throw new InvalidOperationException("a write");
                });
                try
                {
                    tx.Execute("INSERT INTO numbers (id, at_place) VALUES (2, 1)");
                }
                catch (InvalidOperationException)
                {
                    // As if nothing were.
                }
            },
            CancellationToken.None));
        Assert.Empty(await world.Numbers());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_somebody_waits_for_goes_before_what_is_patient(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var patient = new NumberWork(1, patient: true);
        var waitedFor = new NumberWork(2);
        world.Database.Add(NumberWork.Write, patient);
        world.Database.Add(NumberWork.Write, waitedFor);
        gate.Open();
        await Deadline.For(Task.WhenAll(patient.Done, waitedFor.Done), "both");
        // In an earlier flush, or, when the patient one had rested long enough, in the same.
        Assert.True(
            await world.Ask<long>("SELECT at_place FROM numbers WHERE id = 2")
            <= await world.Ask<long>("SELECT at_place FROM numbers WHERE id = 1"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_presses_does_not_rest_and_takes_what_came_before_it_along(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        NumberWork[] works =
            [new(1, patient: true), new(2, patient: true, pressing: true), new(3), new(4, patient: true)];
        foreach (var work in works) world.Database.Add(NumberWork.Write, work);
        gate.Open();
        await Deadline.For(Task.WhenAll(works.Select(w => w.Done)), "all");
        Assert.Equal(1, await world.Ask<long>("SELECT count(DISTINCT at_place) FROM numbers"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Beyond_the_limit_only_patient_work_is_taken(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        using var gate = new Gate();
        world.Database.Add(Gate.Hold, gate);
        gate.Entered();
        var most = world.Database.Options.MaxWaitingWrites;
        var works = new List<NumberWork>();
        while (works.Count < most)
        {
            var work = new NumberWork(works.Count);
            if (!world.Database.Add(NumberWork.Write, work)) break;
            works.Add(work);
        }
        Assert.False(world.Database.Add(NumberWork.Write, new NumberWork(-1)));
        var patient = new NumberWork(-2, patient: true);
        Assert.True(world.Database.Add(NumberWork.Write, patient));
        gate.Open();
        await Deadline.For(Task.WhenAll(works.Select(w => w.Done).Append(patient.Done)), "all that was taken");
        Assert.Equal(works.Count + 1, await world.Ask<long>("SELECT count(*) FROM numbers"));
    }

    [Fact]
    public async Task While_the_database_is_away_patient_work_stays_and_the_rest_is_told_at_once()
    {
        TestEngine.NeedsPostgres();
        await using var world = await PlatformWorld.Start("postgres");
        await world.Engine.GoAway();
        var patient = new NumberWork(1, patient: true);
        var waitedFor = new NumberWork(2);
        world.Database.Add(NumberWork.Write, patient);
        // While there is trouble it is not even taken.
        if (world.Database.Add(NumberWork.Write, waitedFor))
            await Assert.ThrowsAnyAsync<Exception>(() => Deadline.For(waitedFor.Done, "its failure"));
        await Eventually.Holds(() => world.Database.Trouble is not null, "the trouble shows");
        Assert.False(patient.Done.IsCompleted);
        await world.Engine.ComeBack();
        await Deadline.For(patient.Done, "the patient one");
        Assert.Equal([1], await world.Numbers());
        Assert.Null(world.Database.Trouble);
    }

    [Fact]
    public async Task While_another_process_holds_the_lock_the_same_holds()
    {
        await using var world = await PlatformWorld.Start("sqlite");
        var file = Path.Combine(world.Database.Options.Folder, "parley.db");
        await using var other = new SqliteConnection($"Data Source={file};Pooling=False");
        await other.OpenAsync();
        await using var held = await other.BeginTransactionAsync();
        var patient = new NumberWork(1, patient: true);
        var waitedFor = new NumberWork(2);
        world.Database.Add(NumberWork.Write, patient);
        Assert.True(world.Database.Add(NumberWork.Write, waitedFor));
        Assert.Equal(5, Assert.IsType<SqliteException>(await Ended(waitedFor.Done)).SqliteErrorCode);
        Assert.NotNull(world.Database.Trouble);
        Assert.False(patient.Done.IsCompleted);
        await held.RollbackAsync();
        await Deadline.For(patient.Done, "the patient one");
        Assert.Equal([1], await world.Numbers());
    }

    private static async Task<Exception?> Ended(Task work)
    {
        try
        {
            await Deadline.For(work, "the end");
            return null;
        }
        catch (DbException error)
        {
            return error;
        }
    }

    /// <summary>Writes its number when all operations of the flush have run.</summary>
    private sealed class LateNumber(long number) : BatchWork
    {
        private static readonly BulkInsert<long> Insert = new("numbers", "id int, at_place int", static (row, id) =>
        {
            row.Int(id);
            row.Int(0L);
        });

        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static readonly BatchOperation<LateNumber> Write = new(10, static (tx, all) =>
        {
            var waiting = new Queue<long>(all.Select(one => one.Number));
            // As the books do it: what was tried is taken off, whatever comes of it.
            foreach (var _ in all) tx.Later(() => tx.Insert(Insert, waiting.TryDequeue(out var next) ? [next] : []));
        });

        public long Number => number;

        public Task Done => _done.Task;

        public override void Committed() => _done.SetResult();

        public override void Failed(Exception error) => _done.SetException(error);
    }

    /// <summary>Does as it is told, patiently.</summary>
    private sealed class Doing(Action<Tx> what, Action? committed = null) : BatchWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static readonly BatchOperation<Doing> Do = new(10, static (tx, all) =>
        {
            foreach (var one in all) one.Run(tx);
        });

        public Task Done => _done.Task;

        public override bool Patient => true;

        public override void Committed()
        {
            committed?.Invoke();
            _done.SetResult();
        }

        public override void Failed(Exception error) => _done.SetException(error);

        private void Run(Tx tx) => what(tx);
    }
}
