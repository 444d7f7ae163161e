using System.Text;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class HttpSupplierTests
{
    [Theory]
    [InlineData(
        """{"status":"SUCCESS","token":"1-2","details":[{"name":"a","value":"b"},7]}""",
        VendOutcome.Success, "0000", false)]
    [InlineData("""{"status":"FAILED","code":"2213"}""", VendOutcome.Declined, "2213", false)]
    [InlineData("""{"status":"FAILED","code":"9999"}""", VendOutcome.Declined, "2201", false)]
    [InlineData("""{"status":"RETRY","code":"2225"}""", VendOutcome.Retryable, "2225", false)]
    [InlineData("""{"status":"UNKNOWN"}""", VendOutcome.Unknown, "2201", false)]
    [InlineData("""{"status":"PENDING"}""", VendOutcome.Pending, "", false)]
    [InlineData("""{"status":"success"}""", VendOutcome.Pending, "", true)]
    [InlineData("""{"status":7}""", VendOutcome.Pending, "", true)]
    [InlineData("[]", VendOutcome.Pending, "", true)]
    [InlineData("", VendOutcome.Pending, "", true)]
    public void Tells_what_is_under_way_from_what_can_not_be_read(
        string body, VendOutcome outcome, string code, bool lost)
    {
        var answer = HttpSupplier.Read(new(CallOutcome.Answered, 200, Encoding.UTF8.GetBytes(body), ""));
        Assert.Equal((outcome, code, lost), (answer.Outcome, answer.Code, answer.IsLost));
        if (outcome == VendOutcome.Success)
            Assert.Equal(("1-2", """[{"name":"a","value":"b"}]"""), (answer.Token, answer.Details));
    }

    [Fact]
    public void No_answer_says_nothing() => Assert.True(
        HttpSupplier.Read(new(CallOutcome.Uncertain, 0, [], "no answer within 60 s")).IsLost);
}
