using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Tests.Ledger;

/// <summary>Books over an empty database: two customers with 100.00 each, a shop, and the world outside.</summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    public const string Outside = "outside", Alice = "alice", Bob = "bob", Shop = "shop";

    private readonly TestEngine _engine;
    private readonly List<Database> _nodes = [];

    private LedgerWorld(TestEngine engine) => _engine = engine;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public StorageOptions Storage => _engine.Storage;

    public long Now => Time.NowMicros();

    public Database Database => _nodes[0];

    public IReadOnlyList<Database> Nodes => _nodes;

    public Books Books { get; private set; } = null!;

    public BookReports Reports { get; private set; } = null!;

    public static async Task<LedgerWorld> Create(string engine)
    {
        var world = new LedgerWorld(await TestEngine.Create(engine));
        world.Books = world.Node();
        world.Reports = new BookReports(world.Database);
        await Migrations.Run(world.Database, [typeof(Books).Assembly], CancellationToken.None);
        await world.Open(
            new Account { Id = Outside, Currency = "EUR", Side = Side.Credit, Overdraft = null },
            new Account { Id = Alice, Currency = "EUR", Side = Side.Credit },
            new Account { Id = Bob, Currency = "EUR", Side = Side.Credit },
            new Account { Id = Shop, Currency = "EUR", Side = Side.Credit });
        await world.Done(
            Transfer.Move("gift-alice", Outside, Alice, 100_00), Transfer.Move("gift-bob", Outside, Bob, 100_00));
        return world;
    }

    /// <summary>Another node on the same database (PostgreSQL only).</summary>
    public Books Node()
    {
        _nodes.Add(Database.Open(_engine.Storage));
        return new Books(_nodes[^1], Time);
    }

    public async Task Open(params Account[] accounts) =>
        Assert.All(await Books.Open(accounts, CancellationToken.None), r => Assert.True(r.Ok));

    public Task<IReadOnlyList<Posted>> Post(params Transfer[] transfers) =>
        Books.Post(transfers, CancellationToken.None);

    public async Task Done(params Transfer[] transfers) =>
        Assert.All(await Post(transfers), p => Assert.Equal(Outcome.Done, p.Outcome));

    public async Task Refused(string code, Transfer transfer)
    {
        var posted = Assert.Single(await Post(transfer));
        Assert.Equal(Outcome.Refused, posted.Outcome);
        Assert.Equal(code, posted.Refusal!.Code);
    }

    public async Task Stands(string account, long posted, long held)
    {
        var balance = await Books.Find(account, CancellationToken.None);
        Assert.Equal((posted, held), (balance!.Posted, balance.Held));
    }

    public async Task<BookCheckResult> Check() => await new BookCheck(Database).Run(CancellationToken.None);

    public async Task Balances()
    {
        var check = await Check();
        Assert.True(check.Sound, string.Join('\n', check.Findings));
    }

    /// <summary>Somebody with a database client at hand.</summary>
    public Task Tamper(string sql) => Database.Transact(tx => Assert.True(tx.Execute(sql) > 0), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await _engine.DisposeAsync();
    }
}
