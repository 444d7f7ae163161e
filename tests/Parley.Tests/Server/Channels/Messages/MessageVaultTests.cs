using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class MessageVaultTests
{
    private const string Phone = "27999000810";

    // With what neither UTF-8 nor PostgreSQL keeps.
    private const string Text = "Your token is 4912-7731\ud83d";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_confidential_text_waits_encrypted_and_is_sent_as_it_was(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world);
        Assert.Null(await Stored<string>(world, "text", id));
        var kept = (await Stored<byte[]>(world, "sealed_text", id))!;
        Assert.DoesNotContain("4912", Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(Ucs2(Text), Assert.Single(world.First.All).Text);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_text_under_another_key_is_not_sent_and_its_message_fails(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world);
        var other = new SecretBox(RandomNumberGenerator.GetBytes(32)).Seal("4912", $"messages/{id}");
        await Database(world).Transact(
            tx => tx.Execute("UPDATE messages SET sealed_text = @other WHERE id = @id", new { other, id }),
            CancellationToken.None);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await world.Sink.AllAre([id], "DELIVERY_FAILURE");
        Assert.Empty(world.First.All);
        Assert.Contains(
            "decrypted", (string)(await world.Admin($"/messages/{id}"))["error"]!, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Its_replacement_is_encrypted_too(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world);
        var by = new Replacement { Content = static old => old with { Text = "Now 8813-0042" } };
        var replace = world.Server.Services.GetRequiredService<ReplaceMessage>();
        Assert.Null(await replace.Run(Shop(world), id, by, CancellationToken.None));
        Assert.Null(await Stored<string>(world, "text", id));
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal("Now 8813-0042", Assert.Single(world.First.All).Text);
    }

    /// <summary>As an SMSC shows it that takes each octet for a character.</summary>
    private static string Ucs2(string text) => string.Concat(text.Select(c => $"{(char)(c >> 8)}{(char)(c & 0xff)}"));

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Of_two_replacements_of_the_same_text_one_stands(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world);
        var tracker = world.Server.Services.GetRequiredService<MessageTracker>();
        var credit = world.Server.Services.GetRequiredService<Credit>();
        var target = (await tracker.Load(id, CancellationToken.None))!;
        var old = target.Message;
        ReplaceStep By(string text) => new(
            target, credit, old, old with { Content = old.Content with { Text = text }, SealedText = null });
        var (one, two, three) = (By("one"), By("two"), By("three"));
        tracker.Add(one);
        tracker.Add(two);
        Assert.Null(await one.Ended);
        Assert.NotNull(await two.Ended);
        tracker.Add(three);
        Assert.NotNull(await three.Ended);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal("one", Assert.Single(world.First.All).Text);
    }

    /// <summary>The commit stood, its answer was lost, and the step is written again.</summary>
    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_replacement_that_finds_itself_written_has_replaced(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world);
        var tracker = world.Server.Services.GetRequiredService<MessageTracker>();
        var credit = world.Server.Services.GetRequiredService<Credit>();
        var target = (await tracker.Load(id, CancellationToken.None))!;
        var (old, before) = (target.Message, target.State);
        var wanted = old with { Content = old.Content with { Text = "once" }, SealedText = null };
        var step = new ReplaceStep(target, credit, old, wanted);
        tracker.Add(step);
        Assert.Null(await step.Ended);
        await Eventually.Holds(() => tracker.Find(id) is null, "it waits in its row");
        var again = new ReplaceStep(new Tracked(tracker, old, before) { IsOutside = true }, credit, old, wanted);
        tracker.Add(again);
        Assert.Null(await again.Ended);
        var other = new ReplaceStep(
            new Tracked(tracker, old, before) { IsOutside = true }, credit, old,
            old with { Content = old.Content with { Text = "twice" }, SealedText = null });
        tracker.Add(other);
        Assert.NotNull(await other.Ended);
    }

    private static Database Database(MessagesWorld world) => world.Server.Services.GetRequiredService<Database>();

    private static Integration Shop(MessagesWorld world) =>
        world.Server.Services.GetRequiredService<TenantDirectory>().ByNumber(MessagesWorld.Number)!;

    private static Task<T?> Stored<T>(MessagesWorld world, string column, string id) => Database(world).Read(
        c => c.ExecuteScalar<T>($"SELECT {column} FROM messages WHERE id = @id", new { id }), CancellationToken.None);

    /// <summary>Scheduled, so that it is read again before it is sent.</summary>
    private static async Task<string> Scheduled(MessagesWorld world)
    {
        var message = new NewMessage
        {
            To = Phone,
            From = MessagesWorld.Number,
            Content = new SmsContent(Text, null, null, null, false),
            Confidential = true,
            ScheduledAt = Micros.FromTime(world.Server.Clock.GetUtcNow().AddHours(1)),
        };
        var accept = world.Server.Services.GetRequiredService<AcceptMessages>();
        return (await accept.Run(Shop(world), [message], null, CancellationToken.None))[0].MessageId!;
    }
}
