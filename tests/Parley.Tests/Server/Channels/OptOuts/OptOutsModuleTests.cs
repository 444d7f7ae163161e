using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>Consent from the phone to the door, on both engines.</summary>
public sealed class OptOutsModuleTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Stop_is_confirmed_once_and_refuses_what_follows_until_start(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        Assert.Equal(0, await world.Send(ConsentWorld.Phone));
        await world.Arrives(ConsentWorld.Phone, "hello");
        world.Says(ConsentWorld.Phone, " \"Stop!\" ");
        await world.Arrives(ConsentWorld.Phone, "You are out.");
        Assert.Equal(26, await world.Send(ConsentWorld.Phone));
        // The pair of sender and recipient: another sender, and another phone, are not meant.
        Assert.Equal(0, await world.Send(ConsentWorld.Phone, ConsentWorld.French));
        Assert.Equal(0, await world.Send("27821000102"));
        // A second one is known already, and nothing is answered.
        world.Says(ConsentWorld.Phone, "STOP");
        await world.Taken(2);
        world.Says(ConsentWorld.Phone, "start");
        await world.Arrives(ConsentWorld.Phone, "You are in.");
        Assert.Equal(0, await world.Send(ConsentWorld.Phone));
        Assert.Equal(1, world.On(ConsentWorld.Phone).Count(t => t == "You are out."));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_whole_messages_are_commands_and_every_number_has_its_own(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        world.Says(ConsentWorld.Phone, "please stop");
        world.Says(ConsentWorld.Phone, "STOP", ConsentWorld.Silent);
        world.Says(ConsentWorld.Phone, "CANCEL", ConsentWorld.French);
        await world.Taken(3);
        world.Says(ConsentWorld.Phone, "help");
        await world.Arrives(ConsentWorld.Phone, "Call 555.");
        Assert.Equal(0, await world.Send(ConsentWorld.Phone));
        Assert.Equal(0, await world.Send(ConsentWorld.Phone, ConsentWorld.Silent));
        Assert.Equal(0, await world.Send(ConsentWorld.Phone, ConsentWorld.French));
        world.Says(ConsentWorld.Phone, "Arrêt.", ConsentWorld.French);
        await world.Arrives(ConsentWorld.Phone, "Au revoir.");
        Assert.Equal(26, await world.Send(ConsentWorld.Phone, ConsentWorld.French));
        world.Says("27821000105", "assez", ConsentWorld.French);
        await world.Answers(26, "27821000105", ConsentWorld.French);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_evidence_is_the_phones_own_message_and_a_restart_forgets_nothing(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        world.Says(ConsentWorld.Phone, "Unsubscribe");
        await world.Arrives(ConsentWorld.Phone, "You are out.");
        await world.Server.Restart();
        Assert.Equal(26, await world.Send(ConsentWorld.Phone));
        var shown = await world.Ask(One(ConsentWorld.Phone));
        Assert.Equal("out", (string)shown["optOut"]!["state"]!);
        var evidence = Assert.Single(shown["evidence"]!.AsArray())!;
        Assert.Equal("stop", (string)evidence["what"]!);
        Assert.Equal("phone", (string)evidence["source"]!);
        Assert.Equal("Unsubscribe", (string)evidence["text"]!);
        Assert.Equal(32, ((string)evidence["messageId"]!).Length);
        // The answer is a message like any other, and its owner can look at it.
        var reply = await world.Ask($"/messages/{(string)evidence["replyId"]!}");
        Assert.Equal(ConsentWorld.Phone, (string)reply["to"]!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_answer_arrives_and_nobody_is_told_of_it(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        world.Says(ConsentWorld.Phone, "QUIT");
        await world.Arrives(ConsentWorld.Phone, "You are out.");
        var shown = await world.Ask(One(ConsentWorld.Phone));
        var reply = (string)shown["evidence"]![0]!["replyId"]!;
        await Eventually.Holds(
            async () => (string)(await world.Ask($"/messages/{reply}"))["status"]! == "DEVICE_ACK", "it arrives");
        var what = (await world.Ask($"/messages/{reply}"))["timeline"]!.AsArray().Select(t => (string)t!["what"]!);
        Assert.DoesNotContain(what, w => w.Contains("told", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_scheduled_message_ends_when_its_recipient_has_opted_out_meanwhile(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        var at = DateTimeOffset.UtcNow.AddHours(2).ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        var stopped = await world.Server.SendOne(
            ConsentWorld.Phone, "later", $$""","from":"{{ConsentWorld.Number}}","scheduledDeliveryTime":"{{at}}" """);
        var blocked = await world.Server.SendOne("27821000103", "later", $$""","scheduledDeliveryTime":"{{at}}" """);
        var kept = await world.Server.SendOne("27821000104", "later", $$""","scheduledDeliveryTime":"{{at}}" """);
        world.Says(ConsentWorld.Phone, "END");
        await world.Arrives(ConsentWorld.Phone, "You are out.");
        Assert.Equal(200, (await world.Admin(HttpMethod.Post, "/blocks", """{"recipient":"27821000103"}""")).Status);
        world.Server.Clock.Jump(TimeSpan.FromHours(3));
        await world.Server.Becomes(stopped, "DELIVERY_FAILURE");
        await world.Server.Becomes(blocked, "STOPPED_BY_ADMIN");
        await world.Server.Becomes(kept, "DEVICE_ACK");
        Assert.DoesNotContain("later", world.On(ConsentWorld.Phone));
        Assert.DoesNotContain("later", world.On("27821000103"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_answer_passes_although_it_had_to_wait(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        // 27821000011 is a number whose SMSC is in trouble; it waits and is screened when it is taken up again.
        world.Says("27821000011", "STOP");
        await world.Answers(26, "27821000011");
        var reply = "";
        await Eventually.Holds(async () =>
        {
            reply = (string?)(await world.Ask(One("27821000011")))["evidence"]![0]!["replyId"] ?? "";
            return reply.Length > 0;
        }, "the answer is accepted");
        await Eventually.Holds(async () => await Waited(world, reply) > 1, "it has waited, and was tried again");
        Assert.Equal("QUEUED", (string)(await world.Ask($"/messages/{reply}"))["status"]!);
    }

    [Fact]
    public async Task Another_node_refuses_within_seconds()
    {
        TestEngine.NeedsPostgres();
        await using var world = await ConsentWorld.Start("postgres");
        var shared = world.Server.Engine.Storage.Postgres;
        await using var other = await RunningServer.Start("postgres", "--Storage:Postgres", shared);
        other.Use(ConsentWorld.Key);
        var body = $$"""
            {"integrationId":"{{ConsentWorld.Main}}","sender":"{{ConsentWorld.Number}}","recipient":"27821000109"}
            """;
        Assert.Equal(200, (await world.Admin(HttpMethod.Post, "/opt-outs", body)).Status);
        await Eventually.Holds(async () => await CodeAt(other, "27821000109") == 26, "the other node refuses");
        Assert.Equal(200, (await world.Admin(HttpMethod.Post, "/blocks", """{"recipient":"27821000110"}""")).Status);
        await Eventually.Holds(async () => await CodeAt(other, "27821000110") == 25, "the other node blocks");
        var path = $"/opt-outs?integrationId={ConsentWorld.Main}&sender={ConsentWorld.Number}&recipient=27821000109";
        Assert.Equal(200, (await world.Admin(HttpMethod.Delete, path)).Status);
        await Eventually.Holds(async () => await CodeAt(other, "27821000109") == 0, "the other node accepts");
    }

    private static string One(string phone) =>
        $"/opt-outs/one?integrationId={ConsentWorld.Main}&sender={ConsentWorld.Number}&recipient={phone}";

    private static async Task<int> Waited(ConsentWorld world, string id) =>
        (await world.Ask($"/messages/{id}"))["timeline"]!.AsArray().Count(t => (string)t!["what"]! == "waiting");

    private static async Task<int> CodeAt(RunningServer server, string to)
    {
        var (_, body) = await server.Send(
            $$"""{"messages":[{"to":"{{to}}","content":"x","from":"{{ConsentWorld.Number}}"}]}""");
        return (int?)body["messages"]?[0]?["error"]?["code"] ?? 0;
    }
}
