using Npgsql;
using Parley.Platform.Storage;

namespace Parley.Tests.Server.Webhooks;

/// <summary>An empty database of one of the engines, gone when disposed.</summary>
public sealed class TestEngine : IAsyncDisposable
{
    private const string Variable = "PARLEY_TEST_POSTGRES";

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), "parley-webhooks-" + Guid.NewGuid().ToString("n"));
    private string _created = "";

    public static TheoryData<string> All => ["sqlite", "postgres"];

    private static string Server => Environment.GetEnvironmentVariable(Variable) ?? "";

    public StorageOptions Storage { get; private set; } = new();

    public static async Task<TestEngine> Create(string engine)
    {
        var made = new TestEngine();
        if (engine == "sqlite")
        {
            made.Storage = new StorageOptions { Folder = made._folder };
            return made;
        }
        if (Environment.GetEnvironmentVariable("CI") is not { Length: > 0 })
            Assert.SkipWhen(Server.Length == 0, $"{Variable} names no PostgreSQL: run the tests by dotnet dev.cs test");
        made._created = "webhooks_" + Guid.NewGuid().ToString("n");
        await Execute($"CREATE DATABASE {made._created}");
        var connection = new NpgsqlConnectionStringBuilder(Server) { Database = made._created };
        made.Storage = new StorageOptions { Postgres = connection.ToString() };
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        if (_created.Length > 0) await Execute($"DROP DATABASE {_created} WITH (FORCE)");
        else Directory.Delete(_folder, recursive: true);
    }

    private static async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
