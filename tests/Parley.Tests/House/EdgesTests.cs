namespace Parley.Tests.House;

public sealed class EdgesTests
{
    private const string Fixtures = "Parley.Tests.House.Fixtures";

    /// <summary>Every project below src; one that the tests do not reference is missing beside them and fails.</summary>
    public static TheoryData<string> Assemblies =>
        [.. Directory.GetDirectories(Path.Combine(Tree.Root, "src")).Select(d => Path.GetFileName(d)).Order()];

    [Theory, MemberData(nameof(Assemblies))]
    public void Folders_use_only_what_the_table_allows(string assembly) =>
        Clean.Of(EdgeRule.Sins(
            Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), "Parley", AllowedEdges.Table));

    [Fact]
    public void Finds_a_missing_edge_and_a_foreign_internal_type()
    {
        var sins = EdgeRule.Sins(typeof(EdgesTests).Assembly.Location, Fixtures,
            [($"{Fixtures}.South", [$"{Fixtures}.North"]), ($"{Fixtures}.North", []), ($"{Fixtures}.West", [])]);
        Assert.Equal(
        [
            $"{Fixtures}.North.Hidden is internal to its folder ({Fixtures}.South.Caller uses it)",
            $"{Fixtures}.West → {Fixtures}.North is no allowed edge (Stranger uses Open)",
        ], sins);
    }

    [Fact]
    public void A_folder_that_is_not_listed_may_use_nothing() =>
        Assert.Contains(
            EdgeRule.Sins(typeof(EdgesTests).Assembly.Location, Fixtures, [(Fixtures, [AllowedEdges.Anything])]),
            sin => sin.Contains("West → ", StringComparison.Ordinal));
}
