namespace Parley.Tests.House;

public sealed class BannedTests
{
    [Fact]
    public void Nothing_banned_is_called() => Clean.Of(LineRule.Sins(Tree.Code("src", "tests"), Banned.Calls));

    [Fact]
    public void Nothing_has_a_banned_name()
    {
        var code = Tree.Code("src", "tests", "bench");
        Clean.Of(LineRule.Sins(code, Banned.Words));
        Clean.Of(Banned.Folders(code));
    }

    [Theory]
    [InlineData("src/A.cs", "var now = DateTime.UtcNow;")]
    [InlineData("src/A.cs", "var now = DateTimeOffset.Now;")]
    [InlineData("src/A.cs", "var id = Guid.NewGuid();")]
    [InlineData("src/A.cs", "var dice = new Random();")]
    [InlineData("src/A.cs", "Thread.Sleep(1);")]
    [InlineData("src/A.cs", "await Task.Delay(10, cancel);")]
    [InlineData("src/A.cs", "Console.WriteLine(1);")]
    [InlineData("src/A.cs", "return work.Result;")]
    [InlineData("src/A.cs", "work.Wait();")]
    [InlineData("src/A.cs", "using var http = new HttpClient();")]
    [InlineData("src/A.cs", "private async void Lost()")]
    [InlineData("src/A.cs", "dynamic thing = 1;")]
    [InlineData("src/A.cs", "decimal feeAmount = 1;")]
    [InlineData("tests/A.cs", "await Task.Delay(10, time);")]
    [InlineData("tests/A.cs", "[Fact(Skip = \"later\")]")]
    [InlineData("tests/A.cs", "Assert.True(true);")]
    public void Finds_a_banned_call(string path, string line) =>
        Assert.Single(LineRule.Sins([SourceFile.Of(path, line)], Banned.Calls));

    [Theory]
    [InlineData("await Task.Delay(pause, time, cancel);")]
    [InlineData("// Console.WriteLine was here")]
    [InlineData("var dice = new Random(seed);")]
    public void Leaves_in_peace_what_is_fine(string line) =>
        Clean.Of(LineRule.Sins([SourceFile.Of("src/A.cs", line)], Banned.Calls));

    [Theory]
    [InlineData("public sealed class MessageHelper")]
    [InlineData("internal static class Utils")]
    [InlineData("public sealed record SendDto(string To);")]
    [InlineData("    public async Task<int> SendAsync(string to)")]
    public void Finds_a_banned_name(string line) =>
        Assert.Single(LineRule.Sins([SourceFile.Of("src/Parley.Server/A.cs", line)], Banned.Words));

    [Fact]
    public void Finds_a_banned_folder() =>
        Assert.Equal(
            ["src/Parley.Server/Common/A.cs"], Banned.Folders([SourceFile.Of("src/Parley.Server/Common/A.cs", "")]));
}
