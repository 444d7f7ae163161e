using Parley.Tests.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.Numbers;

/// <summary>The rules of numbers through the One API's door.</summary>
public sealed class NumberScreenTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_rule_answers_with_its_code(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        // The USA: a way back, STOP, no names.
        Assert.Equal(110, await world.Send("14155550100", "", ConsentWorld.OneWayKey));
        Assert.Equal(111, await world.Send("14155550100", "", ConsentWorld.NoStopKey));
        Assert.Equal(111, await world.Send("14155550100", ConsentWorld.Silent));
        Assert.Equal(23, await world.Send("14155550100", "Shop"));
        Assert.Equal(0, await world.Send("14155550100"));
        Assert.Equal(0, await world.Send("12045550100", "", ConsentWorld.OneWayKey));
        // As provisioned: no replies from Bangladesh, names registered in India.
        Assert.Equal(101, await world.Send("8801712345678"));
        Assert.Equal(0, await world.Send("8801712345678", "", ConsentWorld.OneWayKey));
        Assert.Equal(0, await world.Send("8801712345678", "Shop"));
        Assert.Equal(0, await world.Send("919812345678", "Shop"));
        Assert.Equal(23, await world.Send("919812345678", "Boutique"));
        Assert.Equal(0, await world.Send("27821000101", "Boutique"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_demo_reaches_test_numbers_only(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        Assert.Equal(28, await world.Send("27821000101", "", ConsentWorld.DemoKey));
        Assert.Equal(28, await world.Send("27999000123", "", ConsentWorld.DemoKey));
        Assert.Equal(0, await world.Send("27999100123", "", ConsentWorld.DemoKey));
        await world.Arrives("27999100123", "hello");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task In_quiet_hours_a_message_waits_and_goes_when_they_are_over(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        // Quiet for the whole day but its last minute, where the recipient is.
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(2));
        if (now.TimeOfDay >= new TimeSpan(23, 58, 0)) world.Server.Clock.Jump(TimeSpan.FromMinutes(3));
        world.Server.Use(ConsentWorld.QuietKey);
        var id = await world.Server.SendOne("27821000101", "good morning");
        Assert.Equal("SCHEDULED", await world.Server.StatusOf(id));
        now = world.Server.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(2));
        world.Server.Clock.Jump(new TimeSpan(23, 59, 10) - now.TimeOfDay);
        await world.Server.Becomes(id, "DEVICE_ACK");
        Assert.Equal(["good morning"], world.On("27821000101"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_operator_sees_what_is_known_of_a_number(string engine)
    {
        await using var world = await ConsentWorld.Start(engine);
        var number = await world.Ask("/numbers/919812345678");
        Assert.Equal("IN", (string)number["country"]!);
        Assert.Equal("Asia/Calcutta", (string)number["timeZones"]![0]!);
        Assert.Equal("enforced", (string)number["rule"]!["registration"]!);
        var rules = (await world.Ask("/countries"))["rules"]!.AsArray();
        Assert.Contains(rules, r => (string)r!["place"]! == "880" && (string)r["twoWay"]! == "none");
        Assert.Contains(rules, r => (string)r!["place"]! == "US" && (string)r["stopCommands"]! == "needed");
        Assert.Equal(400, (await world.Admin(HttpMethod.Get, "/numbers/12x")).Status);
        Assert.True((bool)(await world.Ask("/numbers/27999112345"))["testNumber"]!);
    }
}
