using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Parley.Server.Channels.LegacyApi;

namespace Parley.Tests.Server.Channels.LegacyApi;

public sealed class HttpParametersTests
{
    [Fact]
    public void Reads_back_what_any_client_escapes() => Gen.String.Sample(text =>
    {
        if (text.Any(char.IsSurrogate)) return true;
        return Of("?a=1&text=" + Uri.EscapeDataString(text))["TEXT"] == text;
    });

    [Fact]
    public void Takes_any_octets_without_losing_count() => Gen.Byte.Array.Sample(octets =>
        HttpParameters.Decode(octets).Length <= octets.Length);

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%4G", "%4G")]
    [InlineData("%%41", "%A")]
    [InlineData("%41%", "A%")]
    [InlineData("a+b%2Bc", "a b+c")]
    [InlineData("%e9", "é")]
    [InlineData("%C3%A9", "é")]
    [InlineData("%81", "\u0081")]
    public void Forgives_broken_escapes_and_other_charsets(string given, string text) =>
        Assert.Equal(text, Of("?x=" + given)["x"]);

    [Fact]
    public void Of_a_repeated_parameter_the_last_counts_and_what_has_no_value_is_empty()
    {
        var parameters = Of("?x=1&X=2&&=3&y&z=");
        Assert.Equal(("2", "", ""), (parameters["x"], parameters["y"], parameters["z"]));
        Assert.False(parameters.Has("z"));
    }

    [Fact]
    public void A_secret_is_read_in_every_way_it_may_have_been_written()
    {
        Assert.Equal(["a b%c", "a+b%c", "a+b%25c"], Of("?p=a+b%25c").Readings("p"));
        Assert.Equal(["plain"], Of("?p=plain").Readings("p"));
        Assert.Equal([""], Of("").Readings("p"));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Refuses_a_multipart_form_that_is_none(string type)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(
            Encoding.ASCII.GetBytes("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nendless"));
        Assert.Null(await HttpParameters.Read(context.Request, default));
    }

    private static HttpParameters Of(string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        return HttpParameters.OfQuery(context.Request)!;
    }
}
