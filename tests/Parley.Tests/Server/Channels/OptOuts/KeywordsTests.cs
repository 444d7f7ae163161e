using Parley.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class KeywordsTests
{
    [Theory]
    [InlineData("STOP", "STOP")]
    [InlineData("  stop \r\n", "STOP")]
    [InlineData("\u201CStop!!!\u201D", "STOP")]
    [InlineData("'stop'.", "STOP")]
    [InlineData("(stop)", "STOP")]
    [InlineData("sto\u200Bp\uFE0F", "STOP")]
    [InlineData("stop all", "STOP ALL")]
    [InlineData("stop \u00A0\t all", "STOP ALL")]
    [InlineData("arrêt", "ARRET")]
    [InlineData("arre\u0302t", "ARRET")]
    [InlineData("İptal", "IPTAL")]
    [InlineData("Διακοπή", "ΔΙΑΚΟΠΗ")]
    [InlineData("отпи\u0441аться", "ОТПИСАТЬСЯ")]
    [InlineData("إلغاء", "الغاء")]
    [InlineData("退订。", "退订")]
    [InlineData("t-d", "T-D")]
    public void Folds_what_stands_around_a_word_and_how_it_is_written(string message, string folded) =>
        Assert.Equal(folded, Keywords.Fold(message));

    [Theory]
    [InlineData("")]
    [InlineData(" ... ")]
    [InlineData("👍")]
    [InlineData("stop                                                                 ")]
    [InlineData("a word that is longer than thirty characters")]
    public void Finds_no_word(string message) => Assert.Null(Keywords.Fold(message));

    [Fact]
    public void Every_language_has_words_that_a_phone_can_send_and_that_mean_one_thing()
    {
        Assert.True(Keywords.Languages.Count >= 20);
        foreach (var language in Keywords.Languages)
        {
            var words = ((ConsentCommand[])[ConsentCommand.Stop, ConsentCommand.Start, ConsentCommand.Help])
                .SelectMany(c => Keywords.Of(language, c)).Select(Keywords.Fold).ToList();
            Assert.Contains("STOP", words);
            Assert.Contains("START", words);
            Assert.DoesNotContain(null, words);
            Assert.Equal(words.Count, words.Distinct().Count());
        }
    }

    [Fact]
    public void English_has_the_words_of_the_contract() => Assert.Equal(
        ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL"], Keywords.Of("en", ConsentCommand.Stop));
}
