using Parley.Server.Channels.OptOuts;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class KeywordSetTests
{
    [Theory]
    [InlineData("stop", ConsentCommand.Stop)]
    [InlineData("Stop.", ConsentCommand.Stop)]
    [InlineData("UNSTOP", ConsentCommand.Start)]
    [InlineData("stop it", ConsentCommand.None)]
    [InlineData("nonstop", ConsentCommand.None)]
    [InlineData("stopp", ConsentCommand.None)]
    [InlineData("help", ConsentCommand.None)]
    public void The_usual_set_knows_the_English_words_and_no_help(string message, ConsentCommand command) =>
        Assert.Equal(command, KeywordSet.Of(OptOutSettings.Usual).In(message));

    [Fact]
    public void A_number_has_its_languages_and_its_own_words()
    {
        var set = KeywordSet.Of(new OptOutSettings
        {
            Languages = ["de", "es"],
            Stop = ["no más"],
            Help = ["quién"],
            HelpReply = "x",
        });
        Assert.Equal(ConsentCommand.Stop, set.In("Stopp"));
        Assert.Equal(ConsentCommand.Stop, set.In("baja!"));
        Assert.Equal(ConsentCommand.Stop, set.In("NO MAS"));
        Assert.Equal(ConsentCommand.Start, set.In("alta"));
        Assert.Equal(ConsentCommand.Help, set.In("quien"));
        Assert.Equal(ConsentCommand.Help, set.In("hilfe"));
        Assert.Equal(ConsentCommand.None, set.In("cancel"));
    }

    [Fact]
    public void A_word_that_stands_for_two_things_is_told()
    {
        Assert.Equal(["STOP"], KeywordSet.Ambiguous(new OptOutSettings { Start = ["stop"], Stop = ["halt", "HALT"] }));
        var dutch = new OptOutSettings { Languages = ["nl"], Help = ["afmelden"] };
        Assert.Equal(["AFMELDEN"], KeywordSet.Ambiguous(dutch));
    }
}
