using Dapper;

namespace Parley.Tests.Server.Marketplace.Notifications;

public sealed class NotificationsApiTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Sends_one_message_for_a_reference(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var first = await world.Post("/notifications/1.0", Body("N-1", "In progress."));
        Assert.Equal(202, first.Status);
        var second = await world.Post("/notifications/1.0", Body("N-1", "In progress."));
        Assert.Equal((string)first.Body!["notificationRef"]!, (string)second.Body!["notificationRef"]!);
        // Also when they come at once.
        var many = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => world.Post("/notifications/1.0", Body("N-3", "At once."))));
        Assert.All(many, m => Assert.Equal(202, m.Status));
        Assert.Single(many.Select(m => (string)m.Body!["notificationRef"]!).Distinct());
        await world.Post("/notifications/1.0", Body("N-2", "Done."));
        await Eventually.Holds(
            () => world.Server.Phones.On("2348030000111").Select(m => m.Text).Distinct().Count() == 3,
            "the messages are on the phone");
        Assert.Single(world.Server.Phones.On("2348030000111"), m => m.Text == "Done.");
        Assert.Single(world.Server.Phones.On("2348030000111"), m => m.Text == "In progress.");
        Assert.Single(world.Server.Phones.On("2348030000111"), m => m.Text == "At once.");
        // What a bank sends may hold a token: nobody reads it in the database.
        Assert.Equal(3, await world.Database.Read(
            c => c.ExecuteScalar<long>("SELECT count(*) FROM messages WHERE text IS NULL AND sealed_text IS NOT NULL"),
            CancellationToken.None));
    }

    [Fact]
    public async Task Refuses_other_channels_and_texts_that_are_too_long()
    {
        await using var world = await MarketWorld.Start("sqlite");
        Assert.Equal(400, (await world.Post("/notifications/1.0", Body("N-1", "x", channel: 8))).Status);
        Assert.Equal(400, (await world.Post("/notifications/1.0", Body("N-1", new string('x', 1_531)))).Status);
        Assert.Equal(400, (await world.Post("/notifications/1.0", Body(new string('r', 65), "x"))).Status);
    }

    private static string Body(string reference, string text, int channel = 6) =>
        $$"""
        {"clientId":412,"channelId":{{channel}},"clientNotificationRef":"{{reference}}","targetIdentifier":"2348030000111",
         "notificationText":"{{text}}"}
        """;
}
