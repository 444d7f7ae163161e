using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Jobs;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform;

/// <summary>A database with the platform's tables and one of numbers, and nodes upon it.</summary>
internal sealed class PlatformWorld : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _open = [];

    private PlatformWorld(TestEngine engine, Database database) => (Engine, Database) = (engine, database);

    public TestEngine Engine { get; }

    public Database Database { get; }

    public JumpingClock Clock { get; } = new();

    public static async Task<PlatformWorld> Start(string engineName)
    {
        var engine = await TestEngine.Create(engineName);
        // One writer, so that all work shares its flushes.
        var world = new PlatformWorld(engine, Database.Open(engine.Storage with { Writers = 1 }));
        world._open.Add(world.Database);
        await Migrations.Run(world.Database, [typeof(Database).Assembly], CancellationToken.None);
        await world.Database.Transact(
            tx => tx.Execute("CREATE TABLE numbers (id bigint NOT NULL PRIMARY KEY, at_place bigint NOT NULL)"),
            CancellationToken.None);
        return world;
    }

    /// <summary>A node as a process of its own would be one, on this world's database.</summary>
    public (Node Node, JobQueue Jobs) NewNode(params JobKind[] kinds)
    {
        var node = new Node(Database, new Ids(Clock, null), Clock, NullLogger<Node>.Instance);
        var jobs = new JobQueue(Database, Clock, new Random(1), node, NullLogger<JobQueue>.Instance);
        foreach (var kind in kinds) jobs.Add(kind);
        jobs.Watch();
        jobs.Start();
        _open.Add(node);
        _open.Add(jobs);
        return (node, jobs);
    }

    public Task<T> Ask<T>(string sql) =>
        Database.Read(c => c.ExecuteScalar<T>(sql)!, CancellationToken.None);

    public Task<List<long>> Numbers() => Database.Read(
        (DbConnection c) => c.Query<long>("SELECT id FROM numbers ORDER BY at_place, id").ToList(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_open)) await one.DisposeAsync();
        await Engine.DisposeAsync();
    }
}

/// <summary>Writes its number, and remembers how that ended.</summary>
internal sealed class NumberWork(long number, bool patient = false, bool pressing = false) : BatchWork
{
    private static int _flushes;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The table's unique numbers; <c>at_place</c> is the flush that wrote them.</summary>
    public static readonly BatchOperation<NumberWork> Write = new(10, static (tx, all) =>
    {
        var flush = Interlocked.Increment(ref _flushes);
        tx.Insert(
            new BulkInsert<NumberWork>("numbers", "id int, at_place int", (row, work) =>
            {
                row.Int(work.Number);
                row.Int(flush);
            }),
            all);
    });

    public long Number => number;

    public Task Done => _done.Task;

    public override bool Patient => patient;

    public override bool Pressing => pressing;

    public override void Committed() => _done.SetResult();

    public override void Failed(Exception error) => _done.SetException(error);
}
