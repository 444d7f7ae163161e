using Parley.Server.Channels.Messages;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Whether a text behind a header is one, or octets in hexadecimal.</summary>
public sealed class HeaderedTextTests
{
    [Theory]
    [InlineData("050003070201", "Hello", false)]
    [InlineData("050003070201", "4a6b", false)]
    [InlineData("0608040007 0201", "4a6b", false)]
    [InlineData("080003070201 240101", "4a6b", false)]
    [InlineData("06050415810000", "4a6b", true)]
    [InlineData("06050415810000", "4a6", false)]
    [InlineData("06050415810000", "Hello!", false)]
    [InlineData("0B0504158100000003070201", "4a6b", true)]
    [InlineData("", "4a6b", true)]
    [InlineData("0500", "4a6b", true)]
    [InlineData("030001", "zz", false)]
    public void Hexadecimal_behind_more_than_a_part_s_header_is_octets(string header, string text, bool hex) =>
        Assert.Equal(
            hex, HeaderedText.IsHex(Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal)), text));
}
