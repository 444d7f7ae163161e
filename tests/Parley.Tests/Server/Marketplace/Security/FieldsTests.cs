using System.Text;
using Parley.Server.Marketplace.Security;

namespace Parley.Tests.Server.Marketplace.Security;

public sealed class FieldsTests
{
    [Theory]
    [InlineData("200000", 200000L)]
    [InlineData("\"200000\"", 200000L)]
    [InlineData("999999999999", 999999999999L)]
    public void Reads_whole_numbers_quoted_or_not(string written, long read) =>
        Assert.Equal(read, Of($$"""{"a":{{written}}}""").Whole("a", 12, true));

    [Theory]
    [InlineData("-5")]
    [InlineData("\"-5\"")]
    [InlineData("2.5")]
    [InlineData("2500.0")]
    [InlineData("2e3")]
    [InlineData("\"two\"")]
    [InlineData("\" 5\"")]
    [InlineData("\"+5\"")]
    [InlineData("1000000000000")]
    [InlineData("true")]
    [InlineData("[5]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"٣\"")]
    public void Refuses_what_is_no_amount(string written)
    {
        var fields = Of($$"""{"a":{{written}}}""");
        Assert.Null(fields.Whole("a", 12, true));
        Assert.StartsWith("a: ", fields.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void A_body_that_is_no_object_is_a_problem(string body) =>
        Assert.StartsWith("body: ", Of(body).Problem, StringComparison.Ordinal);

    [Fact]
    public void Bounds_texts_and_takes_no_control_characters()
    {
        var fields = Of("""{"long":"12345","zero":"a\u0000b","id":"ab-1","when":"2025-03-04T09:15:27.120+02:00"}""");
        Assert.Equal(1741072527120000, fields.Time("when"));
        Assert.Null(fields.Problem);
        Assert.Null(fields.Text("long", 4));
        Assert.Equal("long: longer than 4 characters", fields.Problem);
        Assert.Null(fields.Text("zero", 10));
        Assert.Null(fields.Identifier("id", true));
        Assert.Null(fields.Text("missing", 10));
    }

    private static Fields Of(string json) => Fields.OfJson(Encoding.UTF8.GetBytes(json));
}
