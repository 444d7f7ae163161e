using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

public sealed class HttpsOptionsTests
{
    [Fact]
    public void Nothing_set_is_fine() => Assert.Empty(new HttpsOptions().Problems());

    [Fact]
    public void Says_what_is_missing_or_wrong()
    {
        Assert.Contains("needs a certificate", Assert.Single(new HttpsOptions { Url = "https://*:8443" }.Problems()),
            StringComparison.Ordinal);
        var alone = new HttpsOptions { Key = "x" };
        Assert.Contains("belong to", Assert.Single(alone.Problems()), StringComparison.Ordinal);
        var missing = new HttpsOptions { Certificate = "/no/such/file" };
        Assert.Contains("can't be used", Assert.Single(missing.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://*:8443", true)]
    [InlineData("https://+:8443", true)]
    [InlineData("https://127.0.0.1:8443/", true)]
    [InlineData("http://127.0.0.1:8443", false)]
    [InlineData("https://127.0.0.1:8443/path", false)]
    [InlineData("https://a:1;https://b:2", false)]
    [InlineData("8443", false)]
    public void The_address_is_one_of_https(string url, bool fine)
    {
        using var files = new CertificateMaker();
        files.Write("one");
        var options = new HttpsOptions { Url = url, Certificate = files.Certificate, Key = files.Key };
        Assert.Equal(fine, !options.Problems().Any());
    }

    [Fact]
    public void A_key_with_the_wrong_password_is_a_problem()
    {
        using var files = new CertificateMaker();
        files.Write("one", "s3cret");
        var options = new HttpsOptions { Certificate = files.Certificate, Key = files.Key, Password = "other" };
        Assert.Single(options.Problems());
        Assert.Single((options with { Certificate = files.Pfx, Key = "" }).Problems());
        Assert.Empty((options with { Password = "s3cret" }).Problems());
    }
}
