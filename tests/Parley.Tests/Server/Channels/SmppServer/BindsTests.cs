using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Server.Provisioning;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>Who is let in, and what the others are told (contract channels §5).</summary>
public sealed class BindsTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Fact]
    public async Task Each_wrong_bind_is_told_what_is_wrong_with_it()
    {
        await using var world = await SmppWorld.Start("sqlite");
        (SmppCredentials Credentials, CommandStatus Status)[] wrong =
        [
            (SmppWorld.Gate with { SystemType = "9999" }, CommandStatus.InvalidSystemType),
            (SmppWorld.Gate with { SystemType = "" }, CommandStatus.InvalidSystemType),
            (SmppWorld.Gate with { SystemId = "nobody", SystemType = "9999" }, CommandStatus.InvalidSystemType),
            (SmppWorld.Gate with { SystemId = "nobody", Password = "x" }, CommandStatus.InvalidSystemId),
            (SmppWorld.Gate with { Password = "wrong" }, CommandStatus.InvalidPassword),
            (SmppWorld.Gate with { InterfaceVersion = 0x50 }, CommandStatus.BindFailed),
            (SmppWorld.Gate with { InterfaceVersion = 0 }, CommandStatus.BindFailed),
            (SmppWorld.Elsewhere, CommandStatus.BindFailed),
            (SmppWorld.LongPassword with { InterfaceVersion = 0x33 }, CommandStatus.InvalidPassword),
        ];
        foreach (var (credentials, status) in wrong)
        {
            var (_, refused) = await Esme.Try(world.Port, credentials);
            Assert.Equal((status, (SmppSession?)null), (refused.Status, refused.Session));
        }
        // Neither of those was ten in a row, and a good one starts the count again.
        SmppCredentials[] good = [SmppWorld.Gate with { InterfaceVersion = 0x33 }, SmppWorld.LongPassword];
        foreach (var credentials in good)
            await using (await Esme.Bound(world.Port, credentials)) { }
        var (_, closed) = await Esme.Try(world.Port, SmppWorld.Closed);
        Assert.Equal(CommandStatus.BindFailed, closed.Status);
    }

    [Fact]
    public async Task Long_passwords_are_refused_where_they_are_switched_off()
    {
        await using var world = await SmppWorld.Start("sqlite", "--SmppServer:LongPasswords", "false");
        var (_, refused) = await Esme.Try(world.Port, SmppWorld.LongPassword);
        Assert.Equal(CommandStatus.InvalidPassword, refused.Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Eight_sessions_of_each_kind_are_let_in_and_a_ninth_when_one_has_left(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        CommandId[] kinds = [CommandId.BindTransmitter, CommandId.BindReceiver, CommandId.BindTransceiver];
        var sessions = new List<Esme>();
        foreach (var kind in kinds)
            for (var i = 0; i < 8; i++) sessions.Add(await world.Bound(kind));
        foreach (var kind in kinds)
            Assert.Equal(
                CommandStatus.AlreadyBound, (await Esme.Try(world.Port, SmppWorld.Gate, kind)).Connected.Status);
        var listed = (await world.Admin("/smpp/sessions"))["sessions"]!.AsArray();
        Assert.Equal(24, listed.Count);
        Assert.All(listed, s => Assert.Equal(("3001", "127.0.0.1"), ((string)s!["apiId"]!, (string)s["address"]!)));
        await sessions[0].Session.Unbind(Deadline.Longest, default);
        await Eventually.Holds(async () => await Count(world) == 23, "the session that left is gone");
        await using (await world.Bound(CommandId.BindTransmitter)) Assert.Equal(24, await Count(world));
        foreach (var session in sessions) await session.DisposeAsync();
    }

    [Fact]
    public async Task Ten_bad_binds_block_the_address_for_a_minute_and_those_who_are_bound_stay()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var before = await world.Bound();
        for (var i = 0; i < 10; i++)
            Assert.Equal(
                CommandStatus.InvalidPassword,
                (await Esme.Try(world.Port, SmppWorld.Gate with { Password = $"bad{i}" })).Connected.Status);
        var (_, blocked) = await Esme.Try(world.Port, SmppWorld.Gate);
        Assert.Null(blocked.Session);
        await before.Sent("27999000710", "still here");
        world.Server.Clock.Jump(TimeSpan.FromSeconds(61));
        await using var after = await world.Bound();
    }

    [Fact]
    public async Task A_flood_of_bad_binds_costs_ten_checks_and_disturbs_nobody_who_is_bound()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var before = await world.Bound();
        var flood = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => Esme.Try(world.Port, SmppWorld.Gate with { Password = $"bad{i}" })));
        Assert.All(flood, tried => Assert.Null(tried.Connected.Session));
        Assert.Equal(10, flood.Count(tried => tried.Connected.Status == CommandStatus.InvalidPassword));
        await before.Sent("27999000714", "still here");
        Assert.Null((await Esme.Try(world.Port, SmppWorld.Gate)).Connected.Session);
        world.Server.Clock.Jump(TimeSpan.FromSeconds(61));
        await using var after = await world.Bound();
    }

    [Fact]
    public async Task A_second_bind_on_a_bound_session_is_refused_and_the_session_lives()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var esme = await world.Bound();
        var again = await esme.Session.Bind(CommandId.BindTransmitter, SmppWorld.Gate, default);
        Assert.Equal(CommandStatus.AlreadyBound, again.Status);
        await esme.Sent("27999000711", "fine");
    }

    [Fact]
    public async Task Receivers_may_not_submit_and_transmitters_get_nothing()
    {
        await using var world = await SmppWorld.Start("sqlite");
        await using var receiver = await world.Bound(CommandId.BindReceiver);
        await using var transmitter = await world.Bound(CommandId.BindTransmitter);
        Assert.Equal(CommandStatus.IncorrectBindStatus, (await receiver.Submit("27999000712", "no")).Status);
        var id = await transmitter.Sent("27999000712", "yes");
        Assert.Equal(id, (await receiver.Receives(1))[0].Id);
        Assert.Empty(transmitter.Deliveries);
    }

    [Fact]
    public async Task The_test_port_lets_in_the_sandbox_account_and_nobody_else()
    {
        await using var world = await SmppWorld.Start("sqlite");
        var options = world.Server.Services.GetRequiredService<Parley.Server.ParleyOptions>();
        var password = DemoKey.ReadOrMakePassword(options.Storage.Folder);
        var demo = new SmppCredentials(DemoProvisioning.User, password, DemoProvisioning.ApiId);
        Assert.Equal(CommandStatus.BindFailed, (await Esme.Try(world.TestPort, SmppWorld.Gate)).Connected.Status);
        await using var esme = await Esme.Bound(world.TestPort, demo);
        await esme.Sent("27999000713", "sandbox");
        Assert.Equal("DELIVRD", (await esme.Receives(1))[0].Stat);
    }

    private static async Task<int> Count(SmppWorld world) =>
        ((await world.Admin("/smpp/sessions"))["sessions"] as JsonArray)!.Count;
}
