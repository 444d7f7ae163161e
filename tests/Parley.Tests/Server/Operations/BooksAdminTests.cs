using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Operations;

public sealed class BooksAdminTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Shows_accounts_statements_sums_and_what_was_tampered_with(string engine)
    {
        await using var server = await RunningServer.Start(engine);
        var books = server.Services.GetRequiredService<Books>();
        await books.Open(
            [
                new Account { Id = "t:cash", Currency = "JOD", Side = Side.Debit, Overdraft = null },
                new Account { Id = "t:owed", Currency = "JOD", Side = Side.Credit, Overdraft = null, Name = "Owed" },
            ], CancellationToken.None);
        await books.Post(
            [.. Enumerable.Range(1, 5).Select(i => Transfer.Move($"t:{i}", "t:cash", "t:owed", i))],
            CancellationToken.None);

        var accounts = (await Get(server, "/books/accounts?after=t:&limit=1000"))["accounts"]!.AsArray();
        var owed = accounts.Single(a => (string)a!["id"]! == "t:owed")!;
        Assert.Equal(
            ("Owed", "credit", 15, 64),
            ((string)owed["name"]!, (string)owed["side"]!, (long)owed["posted"]!, ((string)owed["head"]!).Length));
        var page = await Get(server, "/books/accounts/t:owed/statement?limit=2");
        Assert.Equal([1, 3], page["lines"]!.AsArray().Select(l => (long)l!["posted"]!));
        var rest = await Get(server, $"/books/accounts/t:owed/statement?limit=9&after={(string)page["next"]!}");
        Assert.Equal(["t:3", "t:4", "t:5"], rest["lines"]!.AsArray().Select(l => (string)l!["id"]!));
        var past = await Get(server, $"/books/accounts/t:owed?at={(string)page["next"]!}");
        Assert.Equal(3, (long)past["posted"]!);
        Assert.Equal("there is no such account", (string)(await Get(server, "/books/accounts/nobody"))["error"]!);
        var trial = await Get(server, "/books/trial-balance");
        Assert.True((bool)trial["balances"]!);
        Assert.Contains(
            trial["currencies"]!.AsArray(), c => (string)c!["currency"]! == "JOD" && (long)c["debits"]! == 15);

        Assert.True((bool)(await Get(server, "/books/check"))["sound"]!);
        await server.Services.GetRequiredService<Database>().Transact(
            tx => Assert.Equal(1, tx.Execute("UPDATE ledger_transfers SET reference = 'x' WHERE id = 't:3'")),
            CancellationToken.None);
        var check = await Get(server, "/books/check");
        Assert.False((bool)check["sound"]!);
        Assert.Equal("transfer t:3: the chain is broken here", (string)Assert.Single(check["findings"]!.AsArray())!);
        Assert.Equal(401, await server.Admin("/admin/v1/books/check", "guess"));
    }

    private static Task<JsonNode> Get(RunningServer server, string path) => server.Administer(
        HttpMethod.Get, path, DemoKey.ReadOrMake(server.Folder, DemoKey.AdminFileName));
}
