using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class RawTextTests
{
    [Theory]
    [InlineData("", "ISO-8859-1", "")]
    [InlineData("é", "ISO-8859-1", "E9")]
    [InlineData("\u00ff", "ISO-8859-1", "FF")]
    [InlineData("\u0100", "UTF-16BE", "0100")]
    [InlineData("a😀", "UTF-16BE", "0061D83DDE00")]
    public void Is_in_the_smaller_charset_that_has_every_character(string text, string charset, string octets)
    {
        var raw = RawText.Of(text);
        Assert.Equal((charset, octets), (raw.Charset, Convert.ToHexString(raw.Octets)));
    }
}
