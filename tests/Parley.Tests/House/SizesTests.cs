namespace Parley.Tests.House;

public sealed class SizesTests
{
    [Fact]
    public void Files_and_functions_keep_to_their_sizes() =>
        Clean.Of(SizeRule.Sins(
            [.. Tree.Code("src", "tests", "bench"), Tree.One("dev.cs")],
            SizeRule.Ratchet(Tree.Read("tests/Parley.Tests/House/sizes.txt"))));

    [Fact]
    public void Finds_a_long_file_a_long_function_and_a_wide_line()
    {
        var body = string.Concat(Enumerable.Repeat("        Work();\n", 61));
        var file = SourceFile.Of("src/A.cs",
            $"internal sealed class A\n{{\n    void Long()\n    {{\n{body}    }}\n}}\n// {new string('x', 158)}{new string('\n', 400)}");
        var sins = SizeRule.Sins([file], []);
        Assert.Contains("body src/A.cs 61: at most 59", sins);
        Assert.Contains("wide * 1: at most 0", sins);
        Assert.Contains(sins, s => s.StartsWith("lines src/A.cs", StringComparison.Ordinal));
        Assert.Contains(sins, s => s.StartsWith("1 of 1 files", StringComparison.Ordinal));
    }

    [Fact]
    public void Comments_and_raw_strings_may_be_wider_than_code()
    {
        var long130 = new string('x', 130);
        var raw = "\"\"\"";
        Assert.Equal(
            0, SizeRule.Weigh(SourceFile.Of("A.cs", $"/// {long130}\nvar sql = {raw}\n{long130}\n{raw};")).Wide);
        Assert.Equal(
            2, SizeRule.Weigh(SourceFile.Of("A.cs", $"{long130}\nvar sql = {raw}\na\n{raw};\n{long130}")).Wide);
        Assert.Equal(1, SizeRule.Weigh(SourceFile.Of("A.cs", $"// {new string('x', 160)}")).Wide);
    }

    [Fact]
    public void The_ratchet_lets_nothing_grow_and_keeps_no_line_without_need()
    {
        var wide = SourceFile.Of("src/A.cs", new string('x', 121) + "\n" + new string('x', 121));
        Clean.Of(SizeRule.Sins([wide], SizeRule.Ratchet("# why\nwide * 2\n")));
        Assert.Equal(["wide * 2: at most 1"], SizeRule.Sins([wide], SizeRule.Ratchet("wide * 1")));
        Assert.Equal(["lines src/B.cs: fits now, take it out of the ratchet"],
            SizeRule.Sins([SourceFile.Of("src/B.cs", "")], SizeRule.Ratchet("lines src/B.cs 500")));
    }
}
