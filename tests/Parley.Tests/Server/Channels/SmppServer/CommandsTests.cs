using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>query_sm, cancel_sm, replace_sm and replace_if_present_flag.</summary>
public sealed class CommandsTests
{
    private const string InAnHour = "000000010000000R";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_can_be_queried_by_its_owner_alone(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var done = await esme.Sent("27999000760", "done");
        await esme.Receives(1);
        var scheduled = Esme.IdOf(await esme.Submit("27999000760", "later", schedule: InAnHour));
        var query = await Query(esme, done);
        QuerySmResp.TryRead(query.Body, out var resp);
        Assert.Equal(
            (CommandStatus.Ok, done, 2, 16, 0),
            (query.Status, CString.Text(resp.MessageId), resp.MessageState, resp.FinalDate.Length, resp.ErrorCode));
        query = await Query(esme, scheduled, SmppWorld.Number);
        QuerySmResp.TryRead(query.Body, out resp);
        Assert.Equal((CommandStatus.Ok, 1, 0), (query.Status, resp.MessageState, resp.FinalDate.Length));
        Assert.Equal(CommandStatus.InvalidMessageId, (await Query(esme, done, "27999111222")).Status);
        Assert.Equal(CommandStatus.InvalidMessageId, (await Query(esme, "nothing")).Status);
        await using var other = await Esme.Bound(world.Port, SmppWorld.Single);
        Assert.Equal(CommandStatus.InvalidMessageId, (await Query(other, done)).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_that_waits_can_be_cancelled_and_its_receipt_says_so(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var id = Esme.IdOf(await esme.Submit("27999000761", "never", schedule: InAnHour));
        await using (var other = await Esme.Bound(world.Port, SmppWorld.Single))
            Assert.Equal(CommandStatus.InvalidMessageId, (await Cancel(other, id)).Status);
        Assert.Equal(CommandStatus.Ok, (await Cancel(esme, id)).Status);
        var receipt = Assert.Single(await esme.Receives(1));
        Assert.Equal((id, "DELETED"), (receipt.Id, receipt.Stat));
        var sent = await esme.Sent("27999000762", "gone");
        await esme.Receives(2);
        Assert.Equal(CommandStatus.CancelFailed, (await Cancel(esme, sent)).Status);
        Assert.Equal(CommandStatus.CancelFailed, (await Cancel(esme, "")).Status);
        Assert.Equal("STOPPED_BY_USER", await world.Server.StatusOf(id));
        Assert.Empty(world.Server.Phones.On("27999000761"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_message_that_waits_gets_another_text_and_time_and_keeps_its_id(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var id = Esme.IdOf(await esme.Submit("27999000763", "old", schedule: InAnHour));
        Assert.Equal(CommandStatus.Ok, (await Replace(esme, id, "new text")).Status);
        Assert.Equal(CommandStatus.InvalidMessageId, (await Replace(esme, id, "x", source: "Other")).Status);
        Assert.Equal(CommandStatus.InvalidSchedule, (await Replace(esme, id, "x", schedule: "nonsense")).Status);
        Assert.Equal(CommandStatus.InvalidMessageLength, (await Replace(esme, id, "")).Status);
        Assert.Equal(CommandStatus.InvalidExpiry, (await Replace(esme, id, "x", validity: "000000003000000R")).Status);
        Assert.Empty(world.Server.Phones.On("27999000763"));
        world.Server.Clock.Jump(TimeSpan.FromMinutes(61));
        Assert.Equal(id, Assert.Single(await esme.Receives(1)).Id);
        Assert.Equal("new text", Assert.Single(world.Server.Phones.On("27999000763")).Text);
        Assert.Equal(CommandStatus.ReplaceFailed, (await Replace(esme, id, "too late")).Status);
        Assert.Contains("replaced", await world.Timeline(id));
        var soon = Esme.IdOf(await esme.Submit("27999000764", "in an hour", schedule: InAnHour));
        Assert.Equal(CommandStatus.Ok, (await Replace(esme, soon, "at once", schedule: "000000000000000R")).Status);
        Assert.Equal(soon, (await esme.Receives(2))[1].Id);
        Assert.Equal("at once", Assert.Single(world.Server.Phones.On("27999000764")).Text);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Replace_if_present_stops_the_one_before_where_it_still_waits(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        var first = Esme.IdOf(await esme.Submit("27999000765", "first", schedule: InAnHour, replace: 1));
        var second = Esme.IdOf(await esme.Submit("27999000765", "second", replace: 1));
        Assert.NotEqual(first, second);
        await esme.Receives(2);
        Assert.Equal(
            [(first, "DELETED"), (second, "DELIVRD")], esme.Deliveries.Select(d => (d.Id, d.Stat)).OrderBy(d => d.Id));
        Assert.Equal("second", Assert.Single(world.Server.Phones.On("27999000765")).Text);
    }

    private static Task<SmppReply> Query(Esme esme, string id, string source = "") => esme.Session.Request(
        CommandId.QuerySm,
        new QuerySm { MessageId = CString.Of(id), Source = new Address(0, 0, CString.Of(source)) },
        default);

    private static Task<SmppReply> Cancel(Esme esme, string id) =>
        esme.Session.Request(CommandId.CancelSm, new CancelSm { MessageId = CString.Of(id) }, default);

    private static Task<SmppReply> Replace(
        Esme esme, string id, string text, string schedule = "", string validity = "", string source = "") =>
        esme.Session.Request(
            CommandId.ReplaceSm,
            new ReplaceSm
            {
                MessageId = CString.Of(id),
                Source = new Address(0, 0, CString.Of(source)),
                ScheduledAt = CString.Of(schedule),
                Validity = CString.Of(validity),
                RegisteredDelivery = 1,
                Content = CString.Of(text),
            },
            default);
}
