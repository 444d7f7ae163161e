using System.Diagnostics;
using Parley.Server;
using Parley.Tests.Ledger;

namespace Parley.Tests.Server;

/// <summary>The program as an operator starts and stops it: a process, its exit code and what it prints.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-program-").FullName;

    [Fact]
    public async Task Helps_and_names_its_version()
    {
        Assert.Contains("--Storage:Folder", (await Run("--help")).Output, StringComparison.Ordinal);
        var (code, version, _) = await Run("--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", version);
    }

    [Fact]
    public async Task Refuses_an_unknown_setting_in_words()
    {
        var (code, _, errors) = await Run("--Storage:Foldr", _folder);
        Assert.Equal(
            (1, true), (code, errors.Contains("--Storage:Foldr: there is no such setting", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Says_plainly_that_the_data_folder_can_not_be_made()
    {
        var file = Path.Combine(_folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        var (code, _, errors) = await Run("--Storage:Folder", Path.Combine(file, "data"));
        Assert.Equal(1, code);
        Assert.StartsWith("The folder ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_a_key_stops_in_order_on_SIGTERM_and_refuses_a_second_process_and_a_taken_port()
    {
        var (port, data) = (Ports.Free(), Path.Combine(_folder, "data"));
        using var first = Start("--urls", $"http://127.0.0.1:{port}", "--Storage:Folder", data);
        var greeting = await Until(first, "/admin/v1/messages");
        Assert.Contains("/v1/message -H 'Authorization: ", greeting, StringComparison.Ordinal);

        var (code, _, errors) = await Run("--urls", "http://127.0.0.1:0", "--Storage:Folder", data);
        Assert.Equal((1, true), (code, errors.Contains("is in use by another process", StringComparison.Ordinal)));
        (code, _, errors) = await Run("--urls", $"http://127.0.0.1:{port}", "--Storage:Folder", data + "2");
        Assert.Equal((1, true), (code, errors.Contains("address already in use", StringComparison.Ordinal)));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);

        using (var kill = Process.Start("kill", ["-TERM", $"{first.Id}"])) await kill.WaitForExitAsync();
        var rest = await Deadline.For(first.StandardOutput.ReadToEndAsync(), "the end of the output");
        await Deadline.For(first.WaitForExitAsync(), "the stop");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("Stopped", rest, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Verifies_books_beside_whoever_has_them_open_and_names_what_was_changed(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        string[] verify =
        [
            "verify-books",
            .. engine == "sqlite"
                ? (string[])["--Storage:Folder", world.Storage.Folder] : ["--Storage:Postgres", world.Storage.Postgres],
        ];
        Assert.Equal((0, "4 accounts, 2 transfers: the books are sound\n", ""), await Run(verify));
        await world.Tamper("UPDATE ledger_transfers SET amount = amount + 1 WHERE id = 'gift-bob'");
        var (code, said, _) = await Run(verify);
        Assert.Equal(1, code);
        Assert.Contains("transfer gift-bob: the chain is broken here", said, StringComparison.Ordinal);
        Assert.Contains("account bob: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_plainly_that_there_are_no_books_to_verify()
    {
        var (code, _, errors) = await Run("verify-books", "--Storage:Folder", _folder);
        Assert.Equal(1, code);
        Assert.StartsWith("The database can't be used: ", errors, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("verify-books", "everything")).Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> Until(Process process, string word)
    {
        var said = "";
        while (!said.Contains(word, StringComparison.Ordinal))
        {
            var line = await Deadline.For(process.StandardOutput.ReadLineAsync(), $"a line with {word}");
            Assert.True(line is not null, $"The server ended by itself: {said}");
            said += line + "\n";
        }
        return said;
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        using var process = Start(args);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Deadline.For(process.WaitForExitAsync(), "the end of the program");
        return (process.ExitCode, await output, await errors);
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ParleyServer).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The ports that SMPP has by default may be anybody's here.
        foreach (var port in (string[])["Port", "TlsPort", "TestPort", "TestTlsPort"])
            start.Environment[$"SmppServer__{port}"] = "0";
        return Process.Start(start)!;
    }
}
