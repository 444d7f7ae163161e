using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Storage;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Billing;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Which ends give back what a message cost.</summary>
public sealed class ReturnChargesTests(BillingWorld world) : IClassFixture<BillingWorld>
{
    private const string Waits = "447700900123";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_never_left_is_given_back_once(string engine)
    {
        var had = await world.Available(engine, "back");
        var lost = await world.Sent(engine, "back", "33612345678");
        await world.Becomes(engine, lost, "ROUTING_ERROR", "back");
        await world.Has(engine, "back", had);
        var refused = await world.Sent(engine, "back", world.Number("11"));
        await world.Becomes(engine, refused, "RECIPIENT_DOES_NOT_EXIST", "back");
        await world.Has(engine, "back", had);
        var parts = await world.Sent(engine, "back", world.Number("11"), text: new string('x', 400));
        await world.Becomes(engine, parts, "RECIPIENT_DOES_NOT_EXIST", "back");
        await world.Has(engine, "back", had);
        var later = await world.Sent(
            engine, "back", world.Number(), $""","scheduledDeliveryTime":"{Soon(engine):yyyy-MM-ddTHH:mm:ssZ}" """);
        Assert.Equal(had - 0.02m, await world.Available(engine, "back"));
        Assert.True(await Stops(engine, later));
        await Stops(engine, later);
        await world.Has(engine, "back", had);
        Assert.Equal("0", await Charge(engine, later));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_waited_until_its_validity_ended_is_given_back(string engine)
    {
        var had = await world.Available(engine, "back");
        var id = await world.Sent(engine, "back", Waits, ""","validityPeriod":60 """);
        await Waiting(engine, id);
        Assert.Equal(had - 0.02m, await world.Available(engine, "back"));
        world[engine].Clock.Jump(TimeSpan.FromMinutes(61));
        await world.Becomes(engine, id, "EXPIRED", "back");
        await world.Has(engine, "back", had);
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_carrier_took_is_paid_however_it_ends(string engine)
    {
        var had = await world.Available(engine, "back");
        var number = world.Number();
        var failed = await world.Sent(engine, "back", number);
        await world.Becomes(engine, failed, "SENT_TO_SUPPLIER", "back");
        var carriers = (await world.Admin(engine, $"/messages/{failed}"))["carrierMessageIds"]!;
        MessagesWorld.Receipt(world.Smsc(engine), number, (string)carriers!, "UNDELIV");
        await world.Becomes(engine, failed, "DELIVERY_FAILURE", "back");
        // The first part is taken, the others are refused.
        var half = await world.Sent(engine, "back", world.Number("12"), text: new string('x', 400));
        await world.Becomes(engine, half, "RECIPIENT_DOES_NOT_EXIST", "back");
        Assert.Equal("3", await Charge(engine, half));
        Assert.Equal(had - 0.02m - 0.06m, await world.Available(engine, "back"));
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_may_have_left_is_paid(string engine)
    {
        var smsc = world.Smsc(engine);
        var had = await world.Available(engine, "doubt");
        var number = world.Number("13");
        var id = await world.Sent(engine, "doubt", number);
        await Eventually.Holds(() => smsc.All.Any(s => s.To == number), "the carrier has it");
        smsc.Bind = CommandStatus.BindFailed;
        smsc.Cut();
        try
        {
            await Waiting(engine, id);
            await Eventually.Holds(() => Stops(engine, id), "it is stopped");
        }
        finally
        {
            smsc.Bind = CommandStatus.Ok;
        }
        await world.Becomes(engine, id, "STOPPED_BY_ADMIN", "doubt");
        Assert.Equal(had - 0.02m, await world.Available(engine, "doubt"));
        await world.Up(engine);
        await world.Agrees(engine);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_dead_node_had_in_hand_is_paid(string engine)
    {
        var smsc = world.Smsc(engine);
        var had = await world.Available(engine, "doubt");
        var number = world.Number("13");
        var id = await world.Sent(engine, "doubt", number);
        await Eventually.Holds(() => smsc.All.Any(s => s.To == number), "the carrier has it");
        var waits = await world.Sent(engine, "doubt", Waits);
        await Waiting(engine, waits);
        await world[engine].Restart();
        var usual = smsc.Answer;
        smsc.Answer = _ => CommandStatus.InvalidDestinationAddress;
        try
        {
            await world.Becomes(engine, id, "RECIPIENT_DOES_NOT_EXIST", "doubt");
        }
        finally
        {
            smsc.Answer = usual;
        }
        // What waited in its row was in nobody's hand.
        // Unless it is just being tried again.
        await Eventually.Holds(() => Stops(engine, waits), "it is stopped");
        await world.Has(engine, "doubt", had - 0.02m);
        Assert.Equal(1, await Kept(engine, id));
        await world.Agrees(engine);
    }

    private DateTimeOffset Soon(string engine) => world[engine].Clock.GetUtcNow().AddHours(2);

    private async Task<bool> Stops(string engine, string id) => (bool)(await world[engine].Administer(
        HttpMethod.Post, $"/messages/{id}/cancel", BillingWorld.AdminKey))["stopped"]!;

    /// <summary>It is in nobody's hand, and its row says why.</summary>
    private Task Waiting(string engine, string id) => Eventually.Holds(
        async () => (await world.Admin(engine, $"/messages/{id}"))["timeline"]!.AsArray()
            .Any(t => (string)t!["what"]! == "waiting"), $"{id} waits");

    private async Task<string> Charge(string engine, string id)
    {
        var line = (await world.Ask(
            engine, "GET", $"/http/getmsgcharge?{BillingWorld.Login("back")}&apimsgid={id}", "back")).Body;
        return line.Split("charge: ")[1].Split(' ')[0];
    }

    private async Task<long> Kept(string engine, string id) => await world[engine].Services
        .GetRequiredService<Database>().Read(
            c => Dapper.SqlMapper.QuerySingle<long>(c, "SELECT charge_kept FROM messages WHERE id = @id", new { id }),
            default);
}
