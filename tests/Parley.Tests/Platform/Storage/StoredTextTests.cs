using Dapper;
using Parley.Platform.Storage;

namespace Parley.Tests.Platform.Storage;

/// <summary>Texts come back from both engines as they went in, whatever stands in them.</summary>
public sealed class StoredTextTests
{
    private static readonly char[] Alphabet = ['a', '\0', '\uD83D', '\uDE00', '\uFDD0', '\uFFFD', '0', 'F', 'é'];

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [InlineData("plain")]
    [InlineData("Grüße, \ud83d\ude00 Привет")]
    [InlineData("")]
    [InlineData(null)]
    public void A_sound_text_is_stored_as_it_is(string? text)
    {
        Assert.Same(text, StoredText.Of(text));
        Assert.Same(text, StoredText.Back(text));
    }

    [Fact]
    public void What_can_not_be_stored_becomes_readable()
    {
        Assert.Equal("a\uFFFDb\ud83d\ude00\uFFFD", StoredText.Sound("a\0b\ud83d\ude00\ude00"));
        Assert.Equal("end\uFFFD", StoredText.Sound("end\ud83d"));
        Assert.Equal("sound", StoredText.Sound("sound"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Any_text_comes_back_from_the_database(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var random = new Random(11);
        var texts = Enumerable.Range(0, 500)
            .Select(_ => new string(random.GetItems(Alphabet, random.Next(12)))).ToList();
        await world.Database.Transact(tx =>
        {
            tx.Execute("CREATE TABLE odd_texts (n bigint PRIMARY KEY, text text NOT NULL)");
            for (var n = 0; n < texts.Count; n++)
                tx.Execute(
                    "INSERT INTO odd_texts (n, text) VALUES (@n, @text)",
                    new { n = (long)n, text = StoredText.Of(texts[n]) });
        }, default);
        var stored = await world.Database.Read(
            c => c.Query<string>("SELECT text FROM odd_texts ORDER BY n").ToList(), default);
        Assert.Equal(texts, stored.Select(t => StoredText.Back(t)!));
    }
}
