using System.Diagnostics;
using System.Globalization;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>
/// The whole marketplace under many seeds (docs/decisions/0013-simulation.md). How many and from which on may be said by
/// PARLEY_SIMULATE_SEEDS and PARLEY_SIMULATE_FROM, which <c>dotnet dev.cs simulate</c> sets.
/// </summary>
public sealed class SimulationTests
{
    private const int Usual = 2_000;

    [Fact]
    public Task Under_every_seed_money_sales_books_and_answers_agree() => Alone("sqlite", database =>
    {
        var (from, seeds) = (Setting("PARLEY_SIMULATE_FROM", 1), Setting("PARLEY_SIMULATE_SEEDS", Usual));
        var clock = Stopwatch.StartNew();
        List<Report> bad = [];
        int purchases = 0, deaths = 0, runs = 0;
        for (var seed = from; seed < from + seeds; seed++)
        {
            var report = World.Run(seed, database);
            if (report.Findings.Count > 0) bad.Add(report);
            (purchases, deaths, runs) = (purchases + report.Purchases, deaths + report.Deaths, runs + report.Runs);
            if (seeds == 1) TestContext.Current.SendDiagnosticMessage(report.Trail.ToString());
        }
        TestContext.Current.SendDiagnosticMessage(
            $"simulation: {seeds} seeds from {from} on in {clock.Elapsed.TotalSeconds:0} s, {purchases} purchases, " +
            $"{deaths} nodes died, {runs} jobs ran, {bad.Count} seeds found something");
        Sound(bad);
    });

    [Fact]
    public Task The_same_seed_gives_the_same_trail() => Alone("sqlite", database =>
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (first, second) = (World.Run(seed, database).Trail, World.Run(seed, database).Trail);
            Assert.Equal(first.ToString(), second.ToString());
            Assert.Equal(first.Hash, second.Hash);
        }
        Assert.NotEqual(World.Run(1, database).Trail.Hash, World.Run(2, database).Trail.Hash);
    });

    /// <summary>With the platform's own commits, and its threads.</summary>
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public Task With_the_platforms_own_commits_all_agree_too(string engine) => Alone(engine, database =>
        Sound([.. Enumerable.Range(1, 25).Select(seed => World.Run(seed, database, ownCommits: true))]));

    [Fact]
    public Task A_missing_commit_is_caught() =>
        Caught(new Planted { Commits = (commits, world) => new ForgetfulCommits(commits, world) });

    [Fact]
    public Task A_vend_that_is_repeated_while_uncertain_is_caught() =>
        Caught(new Planted { Supplier = supplier => new HastySupplier(supplier) });

    [Fact]
    public Task A_lost_result_is_caught() => Caught(new Planted { Bank = bank => new SilentBank(bank) });

    private static Task Caught(Planted planted) => Alone("sqlite", database =>
    {
        var caught = Enumerable.Range(1, 40).Select(seed => World.Run(seed, database, planted))
            .FirstOrDefault(r => r.Findings.Count > 0);
        Assert.True(caught is not null, "No seed of 40 has found the planted fault.");
        // And it replays; without the fault nothing is found.
        Assert.Equal(caught.Trail.Hash, World.Run(caught.Seed, database, planted).Trail.Hash);
        Assert.Empty(World.Run(caught.Seed, database).Findings);
    });

    private static void Sound(IEnumerable<Report> reports)
    {
        var bad = reports.Where(r => r.Findings.Count > 0).ToList();
        if (bad.Count == 0) return;
        var first = string.Join('\n', bad.Take(10).Select(r =>
            $"seed {r.Seed}: {string.Join("; ", r.Findings.Take(5))}"));
        Assert.Fail(
            $"{bad.Count} seeds found something. To see one: "
            + $"dotnet dev.cs simulate --seeds 1 --from {bad[0].Seed}\n{first}");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, null, out var value) ? value : usual;

    /// <summary>On a thread of its own, which no other code runs on.</summary>
    private static async Task Alone(string engine, Action<SimDatabase> simulate)
    {
        await using var database = await SimDatabase.Make(engine);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                simulate(database);
                ended.SetResult();
            }
            catch (Exception error)
            {
                ended.SetException(error);
            }
        });
        thread.Start();
        await ended.Task;
    }

    /// <summary>Says that a commit stands, and now and then it does not.</summary>
    private sealed class ForgetfulCommits(IPurchaseCommits commits, World world) : IPurchaseCommits
    {
        public async Task<T> Run<T>(Func<Tx, T> work, CancellationToken cancel)
        {
            if (!world.Happens(0.02)) return await commits.Run(work, cancel);
            T? result = default;
            try
            {
                await commits.Run<T>(
                    tx =>
                    {
                        result = work(tx);
                        throw new StormException("forgotten");
                    },
                    cancel);
            }
            catch (StormException)
            {
                // Nobody hears of it.
            }
            return result!;
        }
    }

    /// <summary>Takes no answer for no sale.</summary>
    private sealed class HastySupplier(ISupplier supplier) : ISupplier
    {
        public async Task<SupplierAnswer> Vend(Supplier to, VendRequest request, CancellationToken cancel)
        {
            var answer = await supplier.Vend(to, request, cancel);
            return answer.Outcome == VendOutcome.Pending ? new(VendOutcome.Retryable, "2226") : answer;
        }

        public Task<SupplierAnswer> Status(Supplier to, string reference, CancellationToken cancel) =>
            supplier.Status(to, reference, cancel);

        public Task<AccountAnswer> Validate(
            Supplier to, string sku, string target, long amount, CancellationToken cancel) =>
            supplier.Validate(to, sku, target, amount, cancel);

        public Task<long?> Balance(Supplier to, string currency, CancellationToken cancel) =>
            supplier.Balance(to, currency, cancel);
    }

    /// <summary>Says that an outcome was heard, and has told nobody.</summary>
    private sealed class SilentBank(IBank bank) : IBank
    {
        private int _told;

        public Task<ReserveAnswer> Reserve(
            FundingSource source, byte[] request, string reference, CancellationToken cancel) =>
            bank.Reserve(source, request, reference, cancel);

        public Task<ResultAnswer> Tell(Partner to, byte[] result, CancellationToken cancel) =>
            ++_told % 5 == 0 ? Task.FromResult(new ResultAnswer(true, false, "HTTP 202"))
                : bank.Tell(to, result, cancel);
    }
}
