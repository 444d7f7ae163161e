namespace Parley.Tests.House;

public sealed class MirrorTests
{
    [Fact]
    public void Every_test_has_its_counterpart() =>
        Clean.Of(MirrorRule.Sins(Tree.Code("tests").Select(f => f.Path), [.. Tree.Code("src").Select(f => f.Path)]));

    [Fact]
    public void Finds_a_test_without_folder_or_file() =>
        Assert.Equal(
        [
            "tests/Parley.Tests/Nowhere/ATests.cs: there is no src/Parley.Nowhere/",
            "tests/Parley.Tests/Server/Web/BTests.cs: there is no src/Parley.Server/Web/B.cs",
        ],
        MirrorRule.Sins(
            ["tests/Parley.Tests/Nowhere/ATests.cs", "tests/Parley.Tests/Server/Web/BTests.cs",
                "tests/Parley.Tests/Server/Web/CTests.cs", "tests/Parley.Tests/Journeys/DTests.cs"],
            ["src/Parley.Server/Web/C.cs"]));
}
