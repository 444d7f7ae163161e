using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;
using Parley.Tests.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Banks;

public sealed class HttpBankTests
{
    [Fact]
    public async Task A_bank_with_tokens_reserves_once_whatever_becomes_of_the_token_or_the_answer()
    {
        await using var there = await TokenBank.Start();
        using var http = new PartnerHttp(TimeProvider.System);
        var bank = new HttpBank(http);
        Assert.Equal(new("0000", "HOLD-1", true), await Reserve(bank, there));
        there.Withdraw();
        Assert.Equal(new("0000", "HOLD-2", true), await Reserve(bank, there));
        Assert.Equal((3, 2), (there.Called, there.Done));
        there.LosesAnswers = true;
        Assert.Equal(new("2060", null, false), await Reserve(bank, there));
        Assert.Equal((4, 3), (there.Called, there.Done));
        // No token: nothing was sent, neither the first time nor the second.
        there.LosesAnswers = false;
        there.Withdraw();
        there.Instead = (503, "");
        Assert.Equal("2090", (await Reserve(bank, there)).Code);
        Assert.Equal(3, there.Done);
    }

    private static Task<ReserveAnswer> Reserve(HttpBank bank, TokenBank there)
    {
        var partner = there.Partner();
        var source = new FundingSource
        {
            Id = 1,
            Reserve = partner with { Url = partner.Url + "/reserve" },
            Outcomes = partner,
        };
        return bank.Reserve(source, "{}"u8.ToArray(), "A-1", CancellationToken.None);
    }
}
