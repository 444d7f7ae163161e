using System.Globalization;
using Npgsql;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;
using Parley.Platform.Storage;

namespace Parley.Bench.Scenarios;

/// <summary>
/// `ledger`: a hold and its capture as two commits, each answered after its commit. Our books in process, on PostgreSQL
/// and on SQLite, against two plain SQL functions that write the same rows on the same server; in turns.
/// </summary>
static class LedgerScenario
{
    const int Accounts = 1_000;

    static readonly (bool Hot, int Callers, double Must, double Aim)[] Settings =
        [(true, 8, 3, 5), (true, 32, 6, 12), (false, 8, 1, 1.5), (false, 32, 1.8, 2.5)];

    public static async Task Run(BenchOptions options, Findings findings, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("parley-bench-ledger-");
        await using var cluster = new PostgresCluster();
        await cluster.Start(stop);
        var plain = new PlainLedger(cluster, "plain", folder);
        await Make(cluster, "plain", stop);
        await Make(cluster, "ours", stop);
        var ours = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "ours" }.ToString();
        // The pause between commits saves CPU under a trickle of messages; here it would only be waited for.
        await using (var schema = new LedgerBooks("schema", new() { Postgres = plain.Connection }))
            await schema.Prepare(Accounts, stop);
        await plain.Prepare(stop);
        await using var postgres = new LedgerBooks(
            "Parley, PostgreSQL", new() { Postgres = ours, CommitIntervalMilliseconds = 0 });
        await using var sqlite = new LedgerBooks(
            "Parley, SQLite", new() { Folder = Path.Combine(folder.FullName, "data"), CommitIntervalMilliseconds = 0 });
        await postgres.Prepare(Accounts, stop);
        await sqlite.Prepare(Accounts, stop);
        var turns = await Turns(options, cluster, plain, postgres, sqlite, stop);
        foreach (var drift in new[] { await plain.Drift(stop), await postgres.Drift(stop), await sqlite.Drift(stop) })
            if (drift is not null) findings.Fail(drift);
        Report(turns, findings);
        folder.Delete(recursive: true);
    }

    static async Task<Dictionary<(bool, int), List<(double Plain, double Postgres, double Sqlite)>>> Turns(
        BenchOptions options, PostgresCluster cluster, PlainLedger plain, LedgerBooks postgres, LedgerBooks sqlite,
        CancellationToken stop)
    {
        Dictionary<(bool, int), List<(double, double, double)>> turns = [];
        var seconds = options.Seconds > 0 ? options.Seconds : 10;
        // Once unmeasured: plans, caches and the compiler warm up on both sides.
        await plain.Run(true, 8, Accounts, 2, stop);
        await postgres.Run(true, 8, Accounts, 2, stop);
        for (var round = 0; round < options.Pairs; round++)
        {
            foreach (var (hot, callers, _, _) in Settings)
            {
                double theirs = 0, ours = 0;
                // The order turns round from pair to pair: nobody always inherits the other's dirty pages.
                for (var turn = 0; turn < 2; turn++)
                {
                    await Checkpoint(cluster, stop);
                    if (turn == round % 2) theirs = await plain.Run(hot, callers, Accounts, seconds, stop);
                    else ours = await postgres.Run(hot, callers, Accounts, seconds, stop);
                }
                var beside = await sqlite.Run(hot, callers, Accounts, seconds, stop);
                if (!turns.TryGetValue((hot, callers), out var list)) turns[(hot, callers)] = list = [];
                list.Add((theirs, ours, beside));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {round + 1}/{options.Pairs} {Named(hot, callers),-20} plain {theirs,6:F0}/s  ours {ours,6:F0}/s  SQLite {beside,6:F0}/s"));
            }
        }
        return turns;
    }

    static void Report(
        Dictionary<(bool, int), List<(double Plain, double Postgres, double Sqlite)>> turns, Findings findings)
    {
        var table = new Markdown(
            "holds with captures", "plain functions /s", "Parley /s", "ratio", "must", "aim", "SQLite /s");
        foreach (var (hot, callers, must, aim) in Settings)
        {
            var list = turns[(hot, callers)];
            var ratio = Spread.Of(list.Select(t => t.Postgres / t.Plain));
            table.Row(
                Named(hot, callers),
                Spread.Of(list.Select(t => t.Plain)).Text("F0"),
                Spread.Of(list.Select(t => t.Postgres)).Text("F0"),
                ratio.Text("F2"), $"{must:F1}", $"{aim:F1}", Spread.Of(list.Select(t => t.Sqlite)).Text("F0"));
            if (ratio.Median < must)
                findings.Fail($"{Named(hot, callers)}: {ratio.Median:F2} times, {must:F1} must be");
        }
        if (Median(turns[(true, 32)]) < Median(turns[(true, 8)]))
            findings.Fail("hot: slower with 32 callers than with 8");
        findings.Section("Ledger", table.ToString());
    }

    static double Median(List<(double Plain, double Postgres, double Sqlite)> list) =>
        Spread.Of(list.Select(t => t.Postgres)).Median;

    static string Named(bool hot, int callers) => $"{(hot ? "hot" : "spread")}, {callers} callers";

    static Task Make(PostgresCluster cluster, string database, CancellationToken stop) =>
        Execute(cluster, $"CREATE DATABASE {database}", stop);

    static Task Checkpoint(PostgresCluster cluster, CancellationToken stop) => Execute(cluster, "CHECKPOINT", stop);

    static async Task Execute(PostgresCluster cluster, string sql, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }
}
