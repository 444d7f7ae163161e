using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Platform.Batching;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;

namespace Parley.Platform.Jobs;

/// <summary>
/// The one background primitive. A job is a row written in the same transaction as the fact that caused it; it is born leased to the node that
/// commits it, which runs it from memory at once. When the lane's memory is full, the row is born free and is claimed in batches later.
/// </summary>
public sealed partial class JobQueue : IAsyncDisposable
{
    private const int MaxPerLane = 500;
    private const int ClaimAtOnce = 200;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookForOrphansEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private static readonly BatchOperation<EndWork> WriteEnds = new(900, static (tx, all) => JobStore.Write(tx, [.. all.Select(w => w.End)]));

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Node _node;
    private readonly ILogger<JobQueue> _log;
    private readonly Dictionary<string, JobKind> _kinds = [];
    private readonly ConcurrentDictionary<string, Lane> _lanes = new();
    private readonly ConcurrentDictionary<string, bool> _held = new();
    private readonly ConditionalWeakTable<Tx, TxJobs> _under = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private Task _loop = Task.CompletedTask;
    private volatile bool _started;
    private readonly ConcurrentDictionary<(string Kind, string Key), int> _ending = new();
    private HashSet<(string Kind, string Key)> _loose = [];

    /// <summary>Makes a queue; <see cref="Start"/> begins to claim.</summary>
    public JobQueue(Database database, TimeProvider time, Random random, Node node, ILogger<JobQueue> log) =>
        (_database, _time, _random, _node, _log) = (database, time, random, node, log);

    /// <summary>Adds a kind; before <see cref="Start"/>.</summary>
    public void Add(JobKind kind)
    {
        Invariant.Holds(!_started);
        _kinds.Add(kind.Name, kind);
    }

    /// <summary>Writes a job with the transaction's other facts. Enqueueing the same kind and key again changes nothing.</summary>
    public void Enqueue(Tx tx, Job job)
    {
        Invariant.Holds(job.Key.Length is > 0 and <= 200 && _kinds.ContainsKey(job.Kind));
        var now = _time.NowMicros();
        var leased = _started && !_stopping.IsCancellationRequested && job.DueAt <= now
            && !_held.ContainsKey(job.Lane) && LaneOf(job).TryReserve();
        if (leased) tx.OnRollback(LaneOf(job).Unreserve);
        var born = new JobStore.Born(job, now, leased ? _node.Id : null);
        Under(tx).Add(born);
        tx.AfterCommit(() =>
        {
            if (leased && born.Made) LaneOf(job).AddReserved(job);
            else if (leased) LaneOf(job).Unreserve();
            else if (job.DueAt <= _time.NowMicros()) Wake();
        });
    }

    /// <summary>Ends a job inside the transaction that holds its effect; the handler then answers <see cref="JobOutcome.Ended"/>.</summary>
    public void End(Tx tx, Job job, JobOutcome outcome) => Under(tx).Add(EndOf(job, outcome));

    /// <summary>
    /// Lets a job that waits for a later time run now; one that is parked or unknown stays as it is. False when it is under way:
    /// that run may have begun too early to see what the caller knows.
    /// </summary>
    public bool Hasten(Tx tx, string kind, string key)
    {
        if (JobStore.Hasten(tx, kind, key, _time.NowMicros()) is not { } owned) return true;
        if (!owned) tx.AfterCommit(Wake);
        return !owned;
    }

    /// <summary>Holds a lane: its jobs stay in the database until <see cref="Resume"/>.</summary>
    public void Hold(string lane) => _held[lane] = true;

    /// <summary>Lets a held lane run again.</summary>
    public void Resume(string lane)
    {
        _held.TryRemove(lane, out _);
        Wake();
    }

    /// <summary>The newest parked jobs.</summary>
    public Task<IReadOnlyList<JobRow>> Parked(int most, CancellationToken cancel) =>
        _database.Read(connection => JobStore.Parked(connection, most), cancel);

    /// <summary>Runs a parked job again, with a day until its next deadline; false when no such job is parked.</summary>
    public Task<bool> Replay(string kind, string key, CancellationToken cancel) =>
        _database.Transact(tx => Replay(tx, kind, key), cancel);

    /// <summary>The same with the transaction's other facts.</summary>
    public bool Replay(Tx tx, string kind, string key)
    {
        var now = _time.NowMicros();
        var found = JobStore.Replay(tx, kind, key, now, now + Micros.From(TimeSpan.FromDays(1))) > 0;
        if (found) tx.AfterCommit(Wake);
        return found;
    }

    /// <summary>Takes over the jobs of nodes that are gone; before this node joins (see <see cref="Node"/>).</summary>
    public void Watch() => _node.Gone += Release;

    /// <summary>Begins to claim and run; once this node has joined.</summary>
    public void Start()
    {
        _started = true;
        _loop = Task.Run(ClaimLoop);
    }

    /// <summary>Stops claiming and waits for the runs under way.</summary>
    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _loop;
        try
        {
            await Task.WhenAll(_lanes.Values.Select(l => l.Idle())).WaitAsync(StopsWithin);
        }
        catch (TimeoutException)
        {
            // The database is away, and a run waits for it. Its row says that it is owed.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stopping.Dispose();
    }

    private TxJobs Under(Tx tx) => _under.GetValue(tx, static tx => new TxJobs(tx));

    private void Release(Tx tx, string node) => JobStore.Release(tx, node);

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    private async Task ClaimLoop()
    {
        // The wait is kept until it ends: one left behind would swallow the next wake-up.
        var woken = _wake.WaitAsync(_stopping.Token);
        var lookedAt = _time.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            var claimed = 0;
            try
            {
                claimed = await Claim();
                if (_time.GetElapsedTime(lookedAt) >= LookForOrphansEvery)
                {
                    lookedAt = _time.GetTimestamp();
                    await ReleaseOrphans();
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                ClaimFailed(_log, error.Message);
            }
            if (claimed == ClaimAtOnce) continue;
            await Task.WhenAny(woken, Task.Delay(PollEvery, _time, _stopping.Token));
            if (woken.IsCompletedSuccessfully) woken = _wake.WaitAsync(_stopping.Token);
        }
    }

    private async Task<int> Claim()
    {
        var closed = _lanes.Where(l => l.Value.Full).Select(l => l.Key[(l.Key.IndexOf('|', StringComparison.Ordinal) + 1)..]).Concat(_held.Keys).ToHashSet();
        var rows = await _database.Transact(tx => JobStore.Claim(tx, _node.Id, _time.NowMicros(), ClaimAtOnce, _kinds.Keys, closed), _stopping.Token);
        var held = rows.Where(r => _held.ContainsKey(r.Lane)).ToList();
        foreach (var row in rows.Except(held))
        {
            var job = row.ToJob();
            LaneOf(job).Add(job);
        }
        // A lane that was held while it was claimed.
        if (held.Count > 0) await Release(held.Select(r => (r.Kind, r.Key)));
        return rows.Count;
    }

    private Task Release(IEnumerable<(string Kind, string Key)> jobs) => _database.Transact(
        tx =>
        {
            foreach (var (kind, key) in jobs) JobStore.Release(tx, kind, key, _node.Id);
        },
        _stopping.Token);

    /// <summary>
    /// A commit whose answer was lost may have left rows that are this node's and in none of its lanes. Those seen so at two looks
    /// are let go; jobs are written to be run again.
    /// </summary>
    private async Task ReleaseOrphans()
    {
        var owned = await _database.Read(c => JobStore.Owned(c, _node.Id), _stopping.Token);
        var inHand = _lanes.Values.SelectMany(l => l.InHand()).Concat(_ending.Keys).ToHashSet();
        var loose = owned.Where(key => !inHand.Contains(key)).ToHashSet();
        var orphans = loose.Where(_loose.Contains).ToList();
        _loose = loose;
        if (orphans.Count == 0) return;
        await Release(orphans);
        LetGo(_log, orphans.Count);
    }

    private Lane LaneOf(Job job) => _lanes.GetOrAdd($"{job.Kind}|{job.Lane}", _ => new Lane(_kinds[job.Kind], MaxPerLane, RunOne));

    private async Task RunOne(JobKind kind, Job job)
    {
        JobOutcome outcome;
        try
        {
            outcome = await kind.Run(job, _stopping.Token);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            outcome = JobOutcome.Again(_time.NowMicros(), "the node stopped");
        }
        catch (Exception error)
        {
            RunFailed(_log, job.Kind, job.Key, job.Attempts + 1, error.Message);
            outcome = JobOutcome.Again(_time.NowMicros() + Micros.From(kind.Backoff.After(job.Attempts + 1, _random)), error.Message);
        }
        if (outcome is JobOutcome.AlreadyEnded) return;
        var end = new EndWork(EndOf(job, outcome), _ending);
        if (!_database.Add(WriteEnds, end)) end.Forget();
    }

    /// <summary>What a run's outcome makes of the row.</summary>
    internal JobStore.End EndOf(Job job, JobOutcome outcome) => outcome switch
    {
        JobOutcome.Later later when later.DueAt < job.DeadlineAt => new(job, later.DueAt, null, Cut(later.Reason)),
        JobOutcome.Later later => new(job, null, _time.NowMicros(), Cut("deadline passed: " + later.Reason)),
        JobOutcome.Parked parked => new(job, null, _time.NowMicros(), Cut(parked.Reason)),
        _ => new(job, null, null, null),
    };

    private static string Cut(string reason) => reason.Length <= 500 ? reason : reason[..500];

    [LoggerMessage(LogLevel.Warning, "Claiming jobs failed: {Reason}")]
    private static partial void ClaimFailed(ILogger log, string reason);

    [LoggerMessage(
        LogLevel.Warning, "{Count} jobs were this node's and nobody's: the answer to a commit was lost. They run now")]
    private static partial void LetGo(ILogger log, int count);

    [LoggerMessage(LogLevel.Error, "Job {Kind} {Key} failed in run {Run}: {Reason}")]
    private static partial void RunFailed(ILogger log, string kind, string key, int run, string reason);

    /// <summary>The end of a run on its way into the row; so long the job is in hand.</summary>
    private sealed class EndWork : BatchWork
    {
        private readonly ConcurrentDictionary<(string Kind, string Key), int> _ending;

        public EndWork(JobStore.End end, ConcurrentDictionary<(string Kind, string Key), int> ending)
        {
            (End, _ending) = (end, ending);
            ending[(end.Job.Kind, end.Job.Key)] = 0;
        }

        public JobStore.End End { get; }

        public override bool Patient => true;

        public override void Committed() => Forget();

        public override void Failed(Exception error) => Forget();

        public void Forget() => _ending.TryRemove((End.Job.Kind, End.Job.Key), out _);
    }
}
