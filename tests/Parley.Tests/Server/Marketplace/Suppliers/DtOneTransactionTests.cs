using System.Text.Json;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class DtOneTransactionTests
{
    [Theory]
    [InlineData("CREATED", 1, VendOutcome.Pending, "")]
    [InlineData("CONFIRMED", 2, VendOutcome.Pending, "")]
    [InlineData("SUBMITTED", 5, VendOutcome.Pending, "")]
    [InlineData("COMPLETED", 7, VendOutcome.Success, "0000")]
    [InlineData("REVERSED", 8, VendOutcome.Declined, "2201")]
    [InlineData("CANCELLED", 4, VendOutcome.Retryable, "2226")]
    [InlineData("REJECTED", 3, VendOutcome.Declined, "2201")]
    [InlineData("REJECTED-INVALID-CREDIT-PARTY", 3, VendOutcome.Declined, "2213")]
    [InlineData("REJECTED-BARRED-CREDIT-PARTY", 3, VendOutcome.Declined, "2214")]
    [InlineData("REJECTED-INELIGIBLE-CREDIT-PARTY", 3, VendOutcome.Declined, "2214")]
    [InlineData("REJECTED-INVALID-DEBIT-PARTY", 3, VendOutcome.Declined, "2210")]
    [InlineData("REJECTED-BARRED-DEBIT-PARTY", 3, VendOutcome.Declined, "2210")]
    [InlineData("REJECTED-LIMITATIONS-ON-CREDIT-PARTY-AMOUNT", 3, VendOutcome.Declined, "2242")]
    [InlineData("REJECTED-LIMITATIONS-ON-CREDIT-PARTY-QUANTITY", 3, VendOutcome.Declined, "2242")]
    [InlineData("REJECTED-OPERATOR-CURRENTLY-UNAVAILABLE", 3, VendOutcome.Retryable, "2226")]
    [InlineData("REJECTED-INSUFFICIENT-BALANCE", 3, VendOutcome.Retryable, "2225")]
    [InlineData("DECLINED", 9, VendOutcome.Declined, "2201")]
    [InlineData("DECLINED-INVALID-CREDIT-PARTY", 9, VendOutcome.Declined, "2213")]
    [InlineData("DECLINED-INELIGIBLE-CREDIT-PARTY", 9, VendOutcome.Declined, "2214")]
    [InlineData("DECLINED-LIMITATIONS-ON-OPERATOR-AMOUNT", 9, VendOutcome.Retryable, "2225")]
    [InlineData("DECLINED-LIMITATIONS-ON-OPERATOR-QUANTITY", 9, VendOutcome.Retryable, "2225")]
    [InlineData("DECLINED-LIMITATIONS-ON-CUSTOMER-AMOUNT", 9, VendOutcome.Declined, "2242")]
    [InlineData("DECLINED-LIMITATIONS-ON-CUSTOMER-QUANTITY", 9, VendOutcome.Declined, "2242")]
    [InlineData("DECLINED-DUPLICATED-TRANSACTION", 9, VendOutcome.Declined, "2242")]
    [InlineData("DECLINED-OPERATOR-CURRENTLY-UNAVAILABLE", 9, VendOutcome.Retryable, "2226")]
    public void Every_documented_status_has_its_outcome_by_class_name_or_number(
        string status, int id, VendOutcome outcome, string code)
    {
        var name = status.Split('-')[0];
        foreach (var group in (string[])[$$"""{"id":{{id}},"message":"{{name}}"}""", $$"""{"id":{{id}}}"""])
        {
            var answer = Read($$$"""{"status":{"id":1,"message":"{{{status}}}","class":{{{group}}}}}""");
            Assert.Equal((outcome, code, false), (answer.Outcome, answer.Code, answer.IsLost));
        }
    }

    [Theory]
    [InlineData("""{"status":{"class":{"id":7,"message":"COMPLETED"}},"external_id":"R-2"}""")]
    [InlineData("""{"status":"COMPLETED"}""")]
    [InlineData("""{"status":{"message":"COMPLETED"}}""")]
    [InlineData("{}")]
    public void What_says_nothing_of_our_vend_leaves_it_open(string json)
    {
        var answer = Read(json);
        Assert.Equal((VendOutcome.Pending, true), (answer.Outcome, answer.IsLost));
    }

    [Fact]
    public void A_class_of_later_days_leaves_it_open_without_blame()
    {
        var answer = Read("""{"status":{"class":{"id":11,"message":"PONDERED"}}}""");
        Assert.Equal((VendOutcome.Pending, false), (answer.Outcome, answer.IsLost));
    }

    [Fact]
    public void A_wrong_account_is_no_wrong_number() => Assert.Equal("2210", Read(
        """
        {"status":{"message":"DECLINED-INVALID-CREDIT-PARTY","class":{"id":9}},"credit_party_identifier":{"account_number":"1"}}
        """,
        mobile: false).Code);

    [Fact]
    public void An_eSIM_is_what_activates_it()
    {
        var answer = Read(
            """
            {"status":{"class":{"id":7}},"pin":null,"operator_reference":"A\nB",
             "metadata":{"type":"ESIM","profile":{"iccid":"8900","activation_code":"LPA:1$example.com$X"}},
             "benefits":[{"type":"DATA","unit":"GB","amount":{"total_including_tax":-1}},{"type":"DATA"},7]}
            """);
        Assert.Equal("LPA:1$example.com$X", answer.Token);
        Assert.Equal("""[{"name":"iccid","value":"8900"},{"name":"data","value":"unlimited GB"}]""", answer.Details);
    }

    private static SupplierAnswer Read(string json, bool mobile = true)
    {
        var said = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject();
        if (!said.ContainsKey("external_id")) said["external_id"] = "R-1";
        if (mobile) said["credit_party_identifier"] =
            new System.Text.Json.Nodes.JsonObject { ["mobile_number"] = "+6595123100" };
        using var document = JsonDocument.Parse(said.ToJsonString());
        return DtOneTransaction.Read(document.RootElement, "R-1");
    }
}
