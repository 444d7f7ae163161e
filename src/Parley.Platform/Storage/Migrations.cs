using System.Reflection;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;
using Medallion.Threading.Postgres;

namespace Parley.Platform.Storage;

/// <summary>
/// Numbered forward-only SQL per capability: every embedded <c>…/Schema/0001-name.sql</c>. A script runs once and is then never changed; the words
/// <c>$blob$</c>, <c>$clustered$</c> and <c>$narrow$</c> stand for what the engines spell differently.
/// </summary>
public static class Migrations
{
    /// <summary>Runs what has not run yet, in the order of the script's full name. Several nodes may call it at once.</summary>
    /// <exception cref="InvalidOperationException">A script failed; the message names it.</exception>
    public static async Task Run(Database database, IReadOnlyList<Assembly> assemblies, CancellationToken cancel)
    {
        switch (database)
        {
            case PostgresDatabase postgres:
                var nodes = new PostgresDistributedLock(new PostgresAdvisoryLockKey("parley migrations", allowHashing: true), postgres.Source);
                await using (await nodes.AcquireAsync(cancellationToken: cancel))
                {
                    Run(DeployChanges.To.PostgresqlDatabase(postgres.Options.Postgres).JournalToPostgresqlTable("public", "parley_migrations"));
                }
                break;
            case SqliteDatabase sqlite:
                Run(DeployChanges.To.SqliteDatabase(sqlite.ConnectionString).JournalToSqliteTable("parley_migrations"));
                break;
        }

        void Run(UpgradeEngineBuilder builder)
        {
            var result = builder
                .WithScripts(assemblies.SelectMany(Scripts).OrderBy(s => s.Name, StringComparer.Ordinal))
                .WithVariables(database.Dialect.MigrationWords.ToDictionary())
                .WithTransactionPerScript()
                .LogTo(new NoOpUpgradeLog())
                .Build()
                .PerformUpgrade();
            if (!result.Successful) throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }

    private static IEnumerable<SqlScript> Scripts(Assembly assembly) =>
        from name in assembly.GetManifestResourceNames()
        where name.Contains(".Schema.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal)
        select new SqlScript(name, Text(assembly, name));

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
