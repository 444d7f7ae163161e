using Npgsql;
using Parley.Platform.Storage;

namespace Parley.Tests.Support;

/// <summary>
/// An empty database of one of the engines, gone when disposed: the one way a test gets a database. PostgreSQL is the
/// server that <c>dotnet dev.cs test</c> starts (PARLEY_TEST_POSTGRES); without one its cases are left out, which one
/// skipped test says (<see cref="TestEngineTests"/>), and in CI they fail.
/// </summary>
public sealed class TestEngine : IAsyncDisposable
{
    private const string Variable = "PARLEY_TEST_POSTGRES";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "parley-test-" + Guid.NewGuid().ToString("n"));
    private string _created = "";

    /// <summary>The engines that this run has, for <c>[MemberData]</c>.</summary>
    public static TheoryData<string> All => HasPostgres || InCi ? ["sqlite", "postgres"] : ["sqlite"];

    public static bool HasPostgres => Server.Length > 0;

    public static string Missing => $"{Variable} names no PostgreSQL, so nothing runs on it: use dotnet dev.cs test";

    private static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

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
        if (!HasPostgres) Assert.Fail(Missing);
        var name = "parley_test_" + Guid.NewGuid().ToString("n");
        await Execute($"CREATE DATABASE {name}");
        made._created = name;
        made.Storage = new StorageOptions
        {
            Postgres = new NpgsqlConnectionStringBuilder(Server) { Database = name }.ToString(),
            // The harder case: what one writer can't get wrong, two can.
            Writers = 2,
        };
        return made;
    }

    /// <summary>PostgreSQL goes away, as far as this database is concerned: sessions end, new ones are refused.</summary>
    public async Task GoAway()
    {
        await Execute($"ALTER DATABASE {_created} ALLOW_CONNECTIONS false");
        await Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_created}'");
    }

    public Task ComeBack() => Execute($"ALTER DATABASE {_created} ALLOW_CONNECTIONS true");

    /// <summary>Without PostgreSQL one test is skipped on a laptop, and fails in CI.</summary>
    public static void NeedsPostgres()
    {
        if (HasPostgres) return;
        if (InCi) Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    public async ValueTask DisposeAsync()
    {
        if (_created.Length > 0) await Execute($"DROP DATABASE {_created} WITH (FORCE)");
        else if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Server) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }
}
