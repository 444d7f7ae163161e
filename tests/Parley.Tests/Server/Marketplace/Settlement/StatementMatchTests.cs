using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Settlement;

namespace Parley.Tests.Server.Marketplace.Settlement;

public sealed class StatementMatchTests
{
    private const string Reference = "5b1e8a4e-1f0b-4a53-9a0e-2c1b7f0c9d11";

    private static readonly StatementHead River = new(StatementHead.Supplier, "river", 0, 1);
    private static readonly StatementHead Bank = new(StatementHead.Bank, "3", 0, 1);

    [Theory]
    [InlineData("Succeeded", "Success", 190_000, "Matched")]
    [InlineData("Succeeded", "Success", 200_000, "Amount")]
    [InlineData("Succeeded", "Failed", 190_000, "Outcome")]
    [InlineData("Succeeded", "Pending", 190_000, "Outcome")]
    [InlineData("Failed", "Success", 190_000, "Outcome")]
    [InlineData("Failed", "Failed", 0, "Matched")]
    [InlineData("VendPending", "Success", 190_000, "Open")]
    [InlineData("VendPending", "Pending", 190_000, "Matched")]
    public void Holds_a_suppliers_line_against_the_attempt(
        string state, string outcome, long amount, string expected) =>
        Assert.Equal(expected, $"{StatementMatch.Of(River, Line($"{Reference}-2", amount, outcome), Of(state)).Match}");

    [Theory]
    [InlineData("Succeeded", "Acked", "Success", 210_000, "Matched")]
    [InlineData("Succeeded", "Acked", "Pending", 210_000, "Outcome")]
    [InlineData("Succeeded", "Sending", "Pending", 210_000, "Open")]
    [InlineData("Succeeded", "Acked", "Success", 190_000, "Amount")]
    [InlineData("ReserveUnknown", "Acked", "Success", 210_000, "Outcome")]
    [InlineData("Failed", "Acked", "Failed", 0, "Matched")]
    [InlineData("Failed", "Acked", "Pending", 210_000, "Outcome")]
    public void Holds_a_banks_line_against_the_purchase(
        string state, string told, string outcome, long amount, string expected) =>
        Assert.Equal(
            expected, $"{StatementMatch.Of(Bank, Line(Reference, amount, outcome), Of(state, told)).Match}");

    [Fact]
    public void An_attempt_that_was_given_up_was_not_sold()
    {
        var sale = Of("Succeeded");
        Assert.Equal(Match.Outcome, StatementMatch.Of(River, Line($"{Reference}-1", 190_000, "Success"), sale).Match);
        Assert.Equal(Match.Matched, StatementMatch.Of(River, Line($"{Reference}-1", 0, "Failed"), sale).Match);
        // There was no third attempt, and the second was not another supplier's.
        Assert.Equal(
            Match.MissingAtUs, StatementMatch.Of(River, Line($"{Reference}-3", 190_000, "Success"), sale).Match);
        var delta = River with { Party = "delta" };
        Assert.Equal(
            Match.MissingAtUs, StatementMatch.Of(delta, Line($"{Reference}-2", 190_000, "Success"), sale).Match);
        Assert.Equal(
            Match.MissingAtUs,
            StatementMatch.Of(Bank with { Party = "4" }, Line(Reference, 210_000, "Success"), sale).Match);
    }

    [Theory]
    [InlineData(Reference + "-1", 1L)]
    [InlineData("5B1E8A4E-1F0B-4A53-9A0E-2C1B7F0C9D11-12", 12L)]
    [InlineData(Reference, null)]
    [InlineData(Reference + "-0", null)]
    [InlineData(Reference + "--1", null)]
    [InlineData(Reference + "-1234", null)]
    [InlineData("invoice-7", null)]
    public void Knows_its_own_references(string reference, long? attempt) =>
        Assert.Equal(attempt, StatementMatch.AttemptOf(reference)?.Attempt);

    private static StatementLine Line(string reference, long amount, string outcome) =>
        new(2, reference, amount, "NGN", Enum.Parse<StatementOutcome>(outcome), 0);

    private static Sale Of(string state, string told = "Acked") => new(
        new Purchase
        {
            Id = "5b1e8a4e1f0b4a539a0e2c1b7f0c9d11",
            Kind = (long)PurchaseKind.ReserveAndTransact,
            FundingSourceId = 3,
            Currency = "NGN",
            PurchaseAmount = 200_000,
            FeeAmount = 10_000,
            DiscountAmount = 10_000,
            ShareAmount = 4_000,
        },
        new Progress
        {
            At = Enum.Parse<PurchaseState>(state),
            Attempt = 2,
            SupplierId = "river",
            Told = Enum.Parse<ResultState>(told),
        });
}
