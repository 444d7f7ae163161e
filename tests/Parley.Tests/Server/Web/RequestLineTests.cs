using System.Text;
using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

/// <summary>What becomes of a request line that nobody escaped.</summary>
public sealed class RequestLineTests
{
    [Theory]
    [InlineData("GET /a?text=caf\u00e9 HTTP/1.1", "GET /a?text=caf%E9 HTTP/1.1")]
    [InlineData("GET /a?text=caf\u00c3\u00a9 HTTP/1.0", "GET /a?text=caf%C3%A9 HTTP/1.0")]
    [InlineData("GET /a?text=hello big world HTTP/1.1", "GET /a?text=hello%20big%20world HTTP/1.1")]
    [InlineData("GET  /a?b  HTTP/1.1", "GET /a?b HTTP/1.1")]
    [InlineData("POST /a?b=\0\t\u007f HTTP/1.1", "POST /a?b=%00%09%7F HTTP/1.1")]
    [InlineData("GET http://host/\u00fc?x=%zz|\"{ HTTP/1.1", "GET http://host/%FC?x=%zz|\"{ HTTP/1.1")]
    [InlineData("GET /a?text=x HTTP/1.1 y HTTP/1.1", "GET /a?text=x%20HTTP/1.1%20y HTTP/1.1")]
    public void Octets_beyond_ASCII_and_blanks_are_escaped_and_nothing_else(string line, string mended)
    {
        var octets = Encoding.Latin1.GetBytes(line);
        Assert.True(RequestLine.IsHttp1(octets));
        Assert.False(RequestLine.IsClean(octets));
        Assert.Equal(mended + "\r\n", Encoding.Latin1.GetString(RequestLine.Mend(octets)));
        Assert.True(RequestLine.IsClean(RequestLine.Mend(octets).AsSpan()[..^2]));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("GET /a?b=c+d%20%zz|{}<>^`\\#\"' HTTP/1.0")]
    [InlineData("GET http://api.clickatell.com/http/auth?user=a HTTP/1.1")]
    public void What_the_web_server_reads_stays_as_it_is(string line) =>
        Assert.True(RequestLine.IsClean(Encoding.Latin1.GetBytes(line)));

    [Theory]
    [InlineData("")]
    [InlineData("GET")]
    [InlineData(" HTTP/1.1")]
    [InlineData("GET /a")]
    [InlineData("PRI * HTTP/2.0")]
    [InlineData("\u0016\u0003\u0001 HTTP/1.2")]
    public void Another_protocol_is_not_touched(string line) =>
        Assert.False(RequestLine.IsHttp1(Encoding.Latin1.GetBytes(line)));

    [Theory]
    [InlineData("GET /http/sendmsg?text=xxx", "GET /line-too-long/http/sendmsg HTTP/1.0")]
    [InlineData("POST /rest/message?xxx", "POST /line-too-long/rest/message HTTP/1.0")]
    [InlineData("GET http://api.clickatell.com/http/sendmsg.php?x", "GET /line-too-long/http/sendmsg.php HTTP/1.0")]
    [InlineData("GET https://host", "GET /line-too-long/ HTTP/1.0")]
    [InlineData("GET /very-long-without-an-end", "GET /line-too-long/ HTTP/1.0")]
    [InlineData("GET /a\r\nX: y?b", "GET /line-too-long/ HTTP/1.0")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "GET /line-too-long/ HTTP/1.0")]
    [InlineData("g\u00e9t /http/ping?x", "GET /line-too-long/http/ping HTTP/1.0")]
    public void Of_a_line_that_is_too_long_the_path_is_left(string start, string line) =>
        Assert.Equal(line + "\r\n", Encoding.Latin1.GetString(RequestLine.ForTooLong(Encoding.Latin1.GetBytes(start))));
}
