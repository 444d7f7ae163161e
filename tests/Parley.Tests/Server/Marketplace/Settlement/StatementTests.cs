using System.Text;
using Parley.Server.Marketplace.Settlement;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class StatementTests
{
    private const string Header = "reference,amount,currency,outcome,time\n";

    [Fact]
    public void Reads_columns_in_any_order_and_ignores_others()
    {
        var statement = Read(
            "\uFEFFTime,Reference,note,Amount,Currency,Outcome\r\n"
            + "2026-03-04T09:15:41+01:00,A-1,\"x, y\",190000,NGN,success\r\n");
        Assert.Empty(statement.Bad);
        var line = Assert.Single(statement.Lines);
        Assert.Equal(
            (2, "A-1", 190_000, "NGN", StatementOutcome.Success, 1_772_612_141_000_000),
            (line.Number, line.Reference, line.Amount, line.Currency, line.Outcome, line.At));
    }

    [Theory]
    [InlineData("A,1,NGN,SUCCESS,yesterday", "time: must be an ISO 8601 date-time")]
    [InlineData("A,1,NGN,SOLD,2026-03-04T09:15:41Z", "outcome: must be SUCCESS, FAILED or PENDING")]
    [InlineData("A,1,XXX,SUCCESS,2026-03-04T09:15:41Z", "currency: must be an ISO 4217 code")]
    [InlineData("A,1.00,NGN,SUCCESS,2026-03-04T09:15:41Z", "amount: must be whole minor units")]
    [InlineData("A,-1,NGN,SUCCESS,2026-03-04T09:15:41Z", "amount: must be whole minor units")]
    [InlineData("A,9999999999999999,NGN,SUCCESS,2026-03-04T09:15:41Z", "amount: must be whole minor units")]
    [InlineData("A B,1,NGN,SUCCESS,2026-03-04T09:15:41Z", "reference: must be 1 to 64 visible ASCII characters")]
    [InlineData("A,1,NGN", "has 3 fields; the header names more")]
    [InlineData("\"A,1", "a quote is not closed")]
    public void Names_bad_lines_and_goes_on(string bad, string problem)
    {
        var statement = Read($"{Header}A,1,NGN,FAILED,2026-03-04T09:15:41Z\n{bad}\n");
        Assert.Equal([new BadLine(3, problem)], statement.Bad);
        Assert.Single(statement.Lines);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("reference;amount;currency;outcome;time\nA;1;NGN;SUCCESS;x",
        "the header must name reference, amount, currency, outcome, time")]
    public void Needs_its_header(string text, string problem) =>
        Assert.Equal([new BadLine(1, problem)], Read(text).Bad);

    [Fact]
    public void Takes_no_other_encoding_no_endless_list_of_problems_and_no_endless_file()
    {
        Assert.Equal("the file is not UTF-8", Assert.Single(
            Statement.Read(Encoding.Latin1.GetBytes(Header + "é,1,NGN,SUCCESS,x\n")).Bad).Problem);
        var wrong = new StringBuilder(Header).Insert(Header.Length, "x\n", 1_000).ToString();
        Assert.Equal(Statement.MostBad, Read(wrong).Bad.Count);
        var many = new StringBuilder(Header)
            .Insert(Header.Length, "A,1,NGN,SUCCESS,2026-03-04T09:15:41Z\n", Statement.MostLines + 1).ToString();
        Assert.Equal([new BadLine(Statement.MostLines + 2, "more than 100000 lines")], Read(many).Bad);
    }

    private static Statement Read(string text) => Statement.Read(Encoding.UTF8.GetBytes(text));
}
