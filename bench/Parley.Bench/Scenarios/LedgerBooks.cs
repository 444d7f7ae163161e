using System.Diagnostics;
using Parley.Ledger;
using Parley.Platform.Storage;

namespace Parley.Bench.Scenarios;

/// <summary>Our books in this process over one engine, and callers that each wait for their answer.</summary>
sealed class LedgerBooks(string name, StorageOptions storage) : IAsyncDisposable
{
    readonly Database database = Database.Open(storage);
    Books? books;
    long number;

    public string Name => name;

    public async Task Prepare(int accounts, CancellationToken stop)
    {
        await Migrations.Run(database, [typeof(Books).Assembly], stop);
        books = new Books(database, TimeProvider.System);
        List<Account> all = [Of("hot")];
        for (var i = 1; i <= accounts; i++) all.AddRange([Of($"wallet-{i}"), Of($"shop-{i}")]);
        foreach (var opened in await books.Open(all, stop))
            if (!opened.Ok) throw new IOException(opened.Refusal.Reason);
    }

    /// <summary>Holds with their captures per second, each answered after its commit.</summary>
    public async Task<double> Run(bool hot, int callers, int accounts, int seconds, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var length = TimeSpan.FromSeconds(seconds);
        var pairs = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var done = 0;
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                var n = Interlocked.Increment(ref number);
                var credit = hot ? "hot" : $"shop-{random.Next(accounts) + 1}";
                var hold = Transfer.Hold($"h{n}", $"wallet-{random.Next(accounts) + 1}", credit, 5);
                await Post(hold, stop);
                await Post(Transfer.Capture($"c{n}", hold.Id), stop);
                done++;
            }
            return done;
        }, stop)));
        return pairs.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Null when every balance is what the transfers give.</summary>
    public async Task<string?> Drift(CancellationToken stop)
    {
        var check = await new BookCheck(database).Run(stop);
        return check.Sound ? null : $"{name}: {check.Findings[0]}";
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    async Task Post(Transfer transfer, CancellationToken stop)
    {
        var posted = await books!.Post([transfer], stop);
        if (posted[0].Outcome != Outcome.Done)
            throw new IOException($"{name}: {posted[0].Refusal?.Reason ?? "repeated"}");
    }

    static Account Of(string id) => new() { Id = id, Currency = "EUR", Side = Side.Credit, Overdraft = null };
}
