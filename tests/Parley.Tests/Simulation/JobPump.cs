using Parley.Platform;
using Parley.Platform.Jobs;

namespace Parley.Tests.Simulation;

/// <summary>
/// Runs jobs as <see cref="JobQueue"/> does, whose own loops need threads: the same statements claim, release and end the
/// rows, the same kinds run, what throws runs again after a backoff; the order is the simulation's. So every job runs at
/// least once, and again when a node dies between its effect and its end.
/// </summary>
internal sealed class JobPump(World world)
{
    private bool _stirred;
    private long _next = long.MaxValue;

    /// <summary>Jobs that run, those of the dead included.</summary>
    public int Runs { get; private set; }

    /// <summary>Something was committed, or a clock or node has changed.</summary>
    public void Stir() => _stirred = true;

    /// <summary>After every event: sees to it that what is due is claimed.</summary>
    public void Look()
    {
        if (!_stirred) return;
        _stirred = false;
        var alive = world.Alive;
        if (alive.Count == 0 || world.Database.Ask(JobStore.NextDue) is not { } due) return;
        var at = Math.Max(world.Now, alive.Min(n => due - n.Clock.Ahead));
        at += world.Happens(0.1) ? world.Between(1, Micros.PerSecond) : world.Between(1, 20_000);
        if (_next <= at) return;
        _next = at;
        world.Time.At(at, () =>
        {
            if (_next != at) return;
            _next = long.MaxValue;
            Claim(due);
        });
    }

    /// <summary>What a node held is free again: it is gone, or taken for gone.</summary>
    public void Release(string node)
    {
        world.Database.Write(tx => JobStore.Release(tx, node));
        Stir();
    }

    private void Claim(long due)
    {
        Stir();
        var able = world.Alive.Where(n => n.Clock.NowMicros() >= due).ToList();
        if (able.Count == 0) return;
        var node = able[world.Random.Next(able.Count)];
        IReadOnlyList<JobRow> rows = [];
        var most = world.Random.Next(1, 20);
        world.Database.Write(tx =>
            rows = JobStore.Claim(tx, node.Id, node.Clock.NowMicros(), most, node.Kinds.Keys, []));
        foreach (var job in rows.Select(r => r.ToJob()).OrderBy(j => j.DueAt).ThenBy(j => j.Kind + j.Key))
        {
            world.Trail.Write(node.Name, $"runs {job.Kind} {job.Key[^6..]}, before {job.Attempts} times");
            Runs++;
            world.Time.Begin($"{job.Kind} {job.Key}", () => Run(node, job));
        }
        if (world.Strikes(w => w.Death)) node.End("after a claim");
    }

    private async Task Run(SimNode node, Job job)
    {
        world.Suppliers.Listen();
        await world.Pause(node);
        var kind = node.Kinds[job.Kind];
        JobOutcome outcome;
        try
        {
            outcome = await kind.Run(job, CancellationToken.None);
        }
        catch (Exception error)
        {
            if (error is not StormException) world.Find($"job {job.Kind} {job.Key} threw {error}");
            var again = node.Clock.NowMicros() + Micros.From(kind.Backoff.After(job.Attempts + 1, world.Random));
            outcome = JobOutcome.Again(again, error.Message);
        }
        if (outcome is JobOutcome.AlreadyEnded) return;
        await world.Pause(node);
        if (world.Strikes(w => w.Death)) await node.Die("before the end of a job");
        world.Database.Write(tx => JobStore.Write(tx, [node.Queue.EndOf(job, outcome)]));
        Stir();
        if (world.Strikes(w => w.Death)) await node.Die("after the end of a job");
    }
}
