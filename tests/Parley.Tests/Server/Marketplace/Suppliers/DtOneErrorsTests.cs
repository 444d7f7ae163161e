using System.Text;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class DtOneErrorsTests
{
    [Theory]
    [InlineData(400, 1000400, VendOutcome.Declined, "2210")]
    [InlineData(401, 1000401, VendOutcome.Retryable, "2226")]
    [InlineData(429, 1000429, VendOutcome.Retryable, "2225")]
    [InlineData(404, 1003001, VendOutcome.Retryable, "2226")]
    [InlineData(400, 1003002, VendOutcome.Declined, "2214")]
    [InlineData(400, 1003003, VendOutcome.Declined, "2210")]
    [InlineData(400, 1005003, VendOutcome.Declined, "2213")]
    [InlineData(404, 1005004, VendOutcome.Retryable, "2226")]
    [InlineData(404, 1005005, VendOutcome.Retryable, "2226")]
    [InlineData(404, 1005006, VendOutcome.Retryable, "2226")]
    [InlineData(400, 1005503, VendOutcome.Declined, "2210")]
    [InlineData(400, 1006001, VendOutcome.Retryable, "2225")]
    [InlineData(400, 1006003, VendOutcome.Declined, "2210")]
    [InlineData(404, 1006009, VendOutcome.Retryable, "2226")]
    [InlineData(400, 1006503, VendOutcome.Declined, "2210")]
    [InlineData(400, 1007500, VendOutcome.Declined, "2214")]
    public void A_documented_refusal_is_one(int status, long code, VendOutcome outcome, string ours)
    {
        var answer = DtOneErrors.OfMaking(Answer(status, $$"""{"errors":[{"code":{{code}},"message":"m"}]}"""));
        Assert.Equal((outcome, ours, false), (answer.Outcome, answer.Code, answer.IsLost));
    }

    [Theory]
    [InlineData(500, """{"errors":[{"code":1009001,"message":"Unexpected error"}]}""")]
    [InlineData(503, """{"errors":[{"code":1009503,"message":"Service unavailable"}]}""")]
    [InlineData(500, """{"errors":[{"code":1006001,"message":"Insufficient balance"}]}""")]
    [InlineData(400, """{"errors":[{"code":1099999,"message":"Of later days"}]}""")]
    [InlineData(400, """{"errors":[]}""")]
    [InlineData(400, """{"errors":"none"}""")]
    [InlineData(400, "<html>proxy</html>")]
    [InlineData(404, "[]")]
    [InlineData(403, "")]
    [InlineData(408, "")]
    [InlineData(302, "")]
    [InlineData(201, "")]
    public void Whatever_else_is_said_leaves_it_open(int status, string body)
    {
        var answer = DtOneErrors.OfMaking(Answer(status, body));
        Assert.Equal((VendOutcome.Pending, true), (answer.Outcome, answer.IsLost));
    }

    private static PartnerAnswer Answer(int status, string body) =>
        new(CallOutcome.Answered, status, Encoding.UTF8.GetBytes(body), "");
}
