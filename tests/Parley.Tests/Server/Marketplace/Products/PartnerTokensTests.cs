using System.Text;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Products;

public sealed class PartnerTokensTests
{
    [Theory]
    [InlineData("""{"access_token":"a","expires_in":300}""", 300)]
    [InlineData("""{"access_token":"a","token_type":"BEARER","expires_in":"90"}""", 90)]
    [InlineData("""{"access_token":"a"}""", 60)]
    [InlineData("""{"access_token":"a","expires_in":-5}""", 0)]
    [InlineData("""{"access_token":"a","expires_in":99999999999}""", 86_400)]
    public void Reads_how_long_a_token_is_good(string answer, int seconds)
    {
        var read = PartnerTokens.Read(Encoding.UTF8.GetBytes(answer));
        Assert.Equal(("a", TimeSpan.FromSeconds(seconds)), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"access_token":7}""")]
    [InlineData("""{"access_token":"a b"}""")]
    [InlineData("""{"access_token":"a","token_type":null}""")]
    public void Takes_nothing_else_for_a_token(string answer) =>
        Assert.Null(PartnerTokens.Read(Encoding.UTF8.GetBytes(answer)));
}
