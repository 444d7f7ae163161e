using Parley.Platform.Storage;

namespace Parley.Tests.Support;

public sealed class TestEngineTests
{
    [Fact]
    public void PostgreSQL_is_there() => TestEngine.NeedsPostgres();

    [Theory, MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Gives_an_empty_database_of_its_own(string name)
    {
        await using var first = await TestEngine.Create(name);
        await using var second = await TestEngine.Create(name);
        await using var one = Database.Open(first.Storage);
        await using var other = Database.Open(second.Storage);
        await one.Transact(tx => tx.Execute("CREATE TABLE mine (id INTEGER)"), default);
        await one.Transact(tx => tx.Execute("INSERT INTO mine (id) VALUES (1)"), default);
        await other.Transact(tx => tx.Execute("CREATE TABLE mine (id INTEGER)"), default);
        Assert.Empty(await other.Transact(tx => tx.Query<long>("SELECT id FROM mine").ToList(), default));
    }
}
