using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Jobs;

public sealed class JobQueueTests
{
    private static readonly Backoff Quick = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50));

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_job_runs_once_however_often_it_is_enqueued_and_its_row_goes(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = new ConcurrentQueue<string>();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            runs.Enqueue(job.Payload);
            return JobOutcome.Done;
        }));
        for (var i = 0; i < 3; i++) await Enqueue(world, jobs, "a", $"payload {i}");
        await NoneLeft(world);
        Assert.Equal(["payload 0"], runs.Take(1));
        // Once its row is gone the same key is another job.
        Assert.InRange(runs.Count, 1, 3);
    }

    /// <summary>The server committed, and its answer was lost: the row is this node's, and no lane has it.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task A_job_that_is_this_nodes_and_in_no_lane_runs_after_a_while(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var node = new Node(world.Database, new Ids(clock, null), clock, NullLogger<Node>.Instance);
        await using var jobs = new JobQueue(
            world.Database, clock, new Random(1), node, NullLogger<JobQueue>.Instance);
        var ran = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        jobs.Add(Kind(job =>
        {
            ran.TrySetResult(job.Payload);
            return JobOutcome.Done;
        }));
        jobs.Watch();
        jobs.Start();
        var orphan = NewJob(world, "a", "left");
        await world.Database.Transact(
            tx => JobStore.Insert(tx, [new JobStore.Born(orphan, 0, node.Id)]), CancellationToken.None);
        await Eventually.Holds(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return ran.Task.IsCompleted;
            },
            "it runs");
        Assert.Equal("left", await ran.Task);
        await NoneLeft(world);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_runs_of_a_transaction_that_was_taken_back(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = 0;
        var (_, jobs) = world.NewNode(Kind(_ =>
        {
            Interlocked.Increment(ref runs);
            return JobOutcome.Done;
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Database.Transact<bool>(
            tx =>
            {
                jobs.Enqueue(tx, NewJob(world, "a", ""));
                throw new InvalidOperationException("changed its mind");
            },
            CancellationToken.None));
        await Enqueue(world, jobs, "b", "");
        await NoneLeft(world);
        Assert.Equal(1, runs);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_throws_is_tried_again_and_counts_its_attempts(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var attempts = new ConcurrentQueue<int>();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            attempts.Enqueue(job.Attempts);
            return job.Attempts < 3 ? throw new IOException("not yet") : JobOutcome.Done;
        }));
        await Enqueue(world, jobs, "a", "");
        await NoneLeft(world);
        Assert.Equal([0, 1, 2, 3], attempts);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_later_job_waits_for_its_time(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var ran = new TaskCompletionSource();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            if (job.Key == "late") ran.TrySetResult();
            return JobOutcome.Done;
        }));
        var due = world.Clock.NowMicros() + (60 * Micros.PerMinute);
        await world.Database.Transact(
            tx => jobs.Enqueue(tx, NewJob(world, "late", "") with { DueAt = due }), CancellationToken.None);
        await Enqueue(world, jobs, "now", "");
        await Eventually.Holds(async () => await Rows(world) == 1, "the other one ran");
        Assert.False(ran.Task.IsCompleted);
        world.Clock.Jump(TimeSpan.FromHours(2));
        await Deadline.For(ran.Task, "the late one");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_later_job_may_be_hastened_and_others_stay_as_they_are(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var ran = new TaskCompletionSource();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            Assert.Equal("late", job.Key);
            ran.TrySetResult();
            return JobOutcome.Done;
        }));
        var due = world.Clock.NowMicros() + (60 * Micros.PerMinute);
        foreach (var key in (string[])["late", "later"])
            await world.Database.Transact(
                tx => jobs.Enqueue(tx, NewJob(world, key, "") with { DueAt = due }), CancellationToken.None);
        Assert.True(await Hasten(world, jobs, "late"));
        Assert.True(await Hasten(world, jobs, "unknown"));
        await Deadline.For(ran.Task, "the hastened one");
        await Eventually.Holds(async () => await Rows(world) == 1, "the other one waits");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_that_is_under_way_is_not_hastened_and_says_so(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = 0;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<JobOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (_, jobs) = world.NewNode(new JobKind("test", async (_, _) =>
        {
            if (Interlocked.Increment(ref runs) > 1) return JobOutcome.Done;
            begun.SetResult();
            return await end.Task;
        }, 1, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))));
        await Enqueue(world, jobs, "a", "");
        await Deadline.For(begun.Task, "the run");
        Assert.False(await Hasten(world, jobs, "a"));
        end.SetResult(JobOutcome.Again(Micros.FromTime(world.Clock.GetUtcNow().AddHours(1)), "not yet"));
        await Eventually.Holds(() => Hasten(world, jobs, "a"), "it is under way no more");
        await NoneLeft(world);
        Assert.Equal(2, runs);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Past_its_deadline_it_is_parked_with_its_error_and_runs_again_when_replayed(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var wellNow = false;
        var (_, jobs) = world.NewNode(Kind(job => Volatile.Read(ref wellNow)
            ? JobOutcome.Done : JobOutcome.Again(job.DeadlineAt + 1, "the supplier is out")));
        await Enqueue(world, jobs, "a", "");
        await Eventually.Holds(async () => (await Parked(jobs)).Count == 1, "it is parked");
        var parked = Assert.Single(await Parked(jobs));
        Assert.Equal(("test", "a", "deadline passed: the supplier is out"), (parked.Kind, parked.Key, parked.Error));
        Assert.False(await jobs.Replay("test", "other", CancellationToken.None));
        Volatile.Write(ref wellNow, true);
        Assert.True(await jobs.Replay("test", "a", CancellationToken.None));
        await NoneLeft(world);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_held_lane_waits_and_others_go_on(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = new ConcurrentQueue<string>();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            runs.Enqueue(job.Key);
            return JobOutcome.Done;
        }));
        jobs.Hold("slow");
        await Enqueue(world, jobs, "held", "", "slow");
        await Enqueue(world, jobs, "free", "", "quick");
        await Eventually.Holds(async () => await Rows(world) == 1, "the free one ran");
        Assert.Equal(["free"], runs);
        jobs.Resume("slow");
        await NoneLeft(world);
        Assert.Equal(["free", "held"], runs);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_lane_runs_so_many_at_once_and_a_slow_one_delays_no_other(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var release = new TaskCompletionSource();
        var (under, most) = (0, 0);
        var (_, jobs) = world.NewNode(new JobKind("test", async (job, _) =>
        {
            if (job.Lane == "quick") return JobOutcome.Done;
            most = Math.Max(most, Interlocked.Increment(ref under));
            await release.Task;
            Interlocked.Decrement(ref under);
            return JobOutcome.Done;
        }, 3, Quick));
        for (var i = 0; i < 20; i++) await Enqueue(world, jobs, $"slow {i}", "", "slow");
        for (var i = 0; i < 20; i++) await Enqueue(world, jobs, $"quick {i}", "", "quick");
        await Eventually.Holds(async () => await Rows(world) == 20, "the quick ones ran");
        await Eventually.Holds(() => Volatile.Read(ref under) == 3, "three slow ones run");
        release.SetResult();
        await NoneLeft(world);
        Assert.Equal(3, most);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_finds_no_room_in_memory_is_born_free_and_claimed_later(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = new ConcurrentDictionary<string, int>();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            runs.AddOrUpdate(job.Key, 1, static (_, times) => times + 1);
            return JobOutcome.Done;
        }));
        await world.Database.Transact(
            tx =>
            {
                for (var i = 0; i < 2_000; i++) jobs.Enqueue(tx, NewJob(world, $"job {i}", ""));
            },
            CancellationToken.None);
        await NoneLeft(world);
        Assert.Equal(2_000, runs.Count);
        Assert.All(runs.Values, times => Assert.Equal(1, times));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_handler_may_end_its_job_in_its_own_transaction(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        JobQueue? jobs = null;
        (_, jobs) = world.NewNode(new JobKind("test", async (job, cancel) =>
        {
            await world.Database.Transact(
                tx =>
                {
                    tx.Execute("INSERT INTO numbers (id, at_place) VALUES (7, 7)");
                    jobs!.End(tx, job, JobOutcome.Done);
                },
                cancel);
            return JobOutcome.Ended;
        }, 1, Quick));
        await Enqueue(world, jobs, "a", "");
        await NoneLeft(world);
        Assert.Equal([7], await world.Numbers());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_job_made_and_ended_and_made_again_in_one_transaction_is_the_last_one(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var runs = new ConcurrentQueue<string>();
        var (_, jobs) = world.NewNode(Kind(job =>
        {
            runs.Enqueue(job.Payload);
            return JobOutcome.Done;
        }));
        var later = world.Clock.NowMicros() + (60 * Micros.PerMinute);
        await world.Database.Transact(
            tx =>
            {
                jobs.Enqueue(tx, NewJob(world, "a", "first") with { DueAt = later });
                jobs.Enqueue(tx, NewJob(world, "a", "ignored") with { DueAt = later });
                Assert.Equal("first", tx.First<string>("SELECT payload FROM jobs"));
                jobs.End(tx, NewJob(world, "a", ""), JobOutcome.Done);
                jobs.Enqueue(tx, NewJob(world, "a", "second"));
            },
            CancellationToken.None);
        await NoneLeft(world);
        Assert.Equal(["second"], runs);
    }

    private static JobKind Kind(Func<Job, JobOutcome> run) =>
        new("test", (job, _) => Task.FromResult(run(job)), 4, Quick);

    private static Job NewJob(PlatformWorld world, string key, string payload, string lane = "lane")
    {
        var now = world.Clock.NowMicros();
        return new Job("test", key, lane, payload, now, now + (24 * 60 * Micros.PerMinute));
    }

    private static Task Enqueue(PlatformWorld world, JobQueue jobs, string key, string payload, string lane = "lane") =>
        world.Database.Transact(tx => jobs.Enqueue(tx, NewJob(world, key, payload, lane)), CancellationToken.None);

    private static Task<IReadOnlyList<JobRow>> Parked(JobQueue jobs) => jobs.Parked(10, CancellationToken.None);

    private static Task<long> Rows(PlatformWorld world) => world.Ask<long>("SELECT count(*) FROM jobs");

    private static Task<bool> Hasten(PlatformWorld world, JobQueue jobs, string key) =>
        world.Database.Transact(tx => jobs.Hasten(tx, "test", key), CancellationToken.None);

    private static Task NoneLeft(PlatformWorld world) =>
        Eventually.Holds(async () => await Rows(world) == 0, "no job is left");
}
