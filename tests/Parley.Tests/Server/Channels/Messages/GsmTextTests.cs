using CsCheck;
using Parley.Server.Channels.Messages;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class GsmTextTests
{
    [Theory]
    [InlineData("Hello {€}", "Hello {€}")]
    [InlineData("Привет", "??????")]
    [InlineData("a😀b", "a?b")]
    [InlineData("", "")]
    public void Keeps_what_GSM_has_and_marks_the_rest(string text, string kept) => Assert.Equal(
        kept, GsmText.Only(text));

    [Fact]
    public void Takes_halves_of_characters() => Assert.Equal("??", GsmText.Only("\ude00\ud83d"));

    [Fact]
    public void Is_always_GSM() => Gen.String.Sample(text => GsmAlphabet.Count(GsmText.Only(text)) >= 0);
}
