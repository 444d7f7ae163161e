using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class TestNumbersTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [InlineData("27999112345", true)]
    [InlineData("19991234567", true)]
    [InlineData("27999012345", false)]
    [InlineData("279991123456", false)]
    [InlineData("1999123456", false)]
    [InlineData("12025550143", false)]
    public void Two_ranges_are_test_numbers(string number, bool test) => Assert.Equal(test, TestNumbers.Are(number));

    [Theory, MemberData(nameof(Engines))]
    public async Task The_simulator_takes_them_beside_real_carriers_and_nothing_else(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        await Eventually.Holds(async () => (await world.Carriers()).Count == 3, "the simulator is there, too");
        var id = await world.Server.SendOne("27999100123", "to a test number");
        await world.Server.Becomes(id, "DEVICE_ACK");
        Assert.Equal("to a test number", Assert.Single(world.Server.Phones.On("27999100123")).Text);
        var failed = await world.Server.SendOne("27999100001", "its last digits still say what happens");
        await world.Server.Becomes(failed, "DELIVERY_FAILURE");
        await world.Server.Becomes(await world.Server.SendOne("27821000001", "to a real one"), "SENT_TO_SUPPLIER");
        Assert.Empty(world.Server.Phones.On("27821000001"));
        // Through the sandbox's open door only test phones speak.
        Assert.False(world.Server.Smsc.SendFromPhone("27821000001", MessagesWorld.Number, "STOP"));
        Assert.True(world.Server.Smsc.SendFromPhone("27999100123", MessagesWorld.Number, "Stop"));
        // A command goes to the integration as every message does, and is answered besides.
        await Eventually.Holds(() => world.Sink.Inbound.Count == 1, "the reply");
        Assert.Equal("Stop", (string)world.Sink.Inbound.Single()["content"]!);
        await Eventually.Holds(
            () => world.Server.Phones.On("27999100123")[^1].Text == OptOutSettings.UsualStopReply, "the answer");
    }
}
