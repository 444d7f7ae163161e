using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Storage;

public sealed class DatabaseReaderTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Reads_beside_the_process_that_has_the_database_open(string name)
    {
        await using var engine = await TestEngine.Create(name);
        await using var database = Database.Open(engine.Storage);
        await database.Transact(tx =>
        {
            tx.Execute("CREATE TABLE t (a bigint NOT NULL)");
            tx.Execute("INSERT INTO t (a) VALUES (7)");
        }, CancellationToken.None);
        var (found, dialect) = await DatabaseReader.Read(
            engine.Storage, (c, d) => (c.ExecuteScalar<long>("SELECT a FROM t"), d.Name), CancellationToken.None);
        Assert.Equal((7, name), (found, dialect));
    }

    [Fact]
    public async Task Makes_no_database_where_there_is_none()
    {
        var folder = Directory.CreateTempSubdirectory("parley-reader-").FullName;
        await Assert.ThrowsAnyAsync<DbException>(() => DatabaseReader.Read(
            new StorageOptions { Folder = folder }, (_, _) => true, CancellationToken.None));
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }
}
