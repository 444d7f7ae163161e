using Parley.Server;

namespace Parley.Tests.Server;

public sealed class CommandLineTests
{
    [Fact]
    public void Takes_settings_in_both_forms() =>
        Assert.Empty(CommandLine.Problems(
            ["--urls", "http://*:80", "--storage:folder=data", "--provision", "a.yaml", "--Logging:LogLevel:Default",
                "Debug"]));

    [Theory]
    [InlineData("--Storge:Folder x", "--Storge:Folder: there is no such setting (--help lists them)")]
    [InlineData("--urls", "--urls has no value")]
    [InlineData("--urls --Storage:Folder x", "--urls has no value")]
    [InlineData("start", "start: a setting is written --Name value (--help lists them)")]
    public void Refuses_what_would_be_ignored(string words, string problem) =>
        Assert.Equal([problem], CommandLine.Problems(words.Split(' ')));

    [Fact]
    public void Helps_with_every_setting() =>
        Assert.All(Settings.All, s => Assert.Contains($"--{s.Name} ", CommandLine.Help(), StringComparison.Ordinal));
}
