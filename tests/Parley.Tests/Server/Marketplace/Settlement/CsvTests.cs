using Parley.Server.Marketplace.Settlement;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class CsvTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("BNK-1", "BNK-1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tx", "'\tx")]
    public void Quotes_what_must_be_quoted_and_disarms_formulas(string? text, string written) =>
        Assert.Equal(written, Csv.Field(text));

    [Fact]
    public void Reads_what_it_writes()
    {
        string[] values = ["", "a,b", "say \"hi\"", "two\r\nlines", "plain"];
        var text = $"h\r\n\r\n{string.Join(',', values.Select(Csv.Field))}\nlast,\n";
        var records = Csv.Read(new StringReader(text)).ToList();
        Assert.Equal([1, 3, 5], records.Select(r => r.Line));
        Assert.Equal(values, records[1].Fields);
        Assert.Equal(["last", ""], records[2].Fields);
    }

    [Theory]
    [InlineData("a\nx\"y,b\nc", 2, "a quote stands inside a field that does not begin with one")]
    [InlineData("a\n\"x\"y,b\nc", 2, "something stands after a closing quote")]
    [InlineData("a\nb,\"never", 2, "a quote is not closed")]
    [InlineData("a\rb", 1, "a carriage return stands alone")]
    public void Names_the_line_that_it_can_not_read(string text, int line, string problem)
    {
        var bad = Assert.Single(Csv.Read(new StringReader(text)), r => r.Problem is not null);
        Assert.Equal((line, problem), (bad.Line, bad.Problem));
    }

    [Fact]
    public void Bounds_fields_and_their_length()
    {
        Assert.Equal(
            "a field has more than 500 characters", Csv.Read(new StringReader(new string('x', 501))).Single().Problem);
        Assert.Null(Csv.Read(new StringReader(new string('x', 500))).Single().Problem);
        Assert.Equal("more than 50 fields", Csv.Read(new StringReader(new string(',', 50))).Single().Problem);
    }
}
