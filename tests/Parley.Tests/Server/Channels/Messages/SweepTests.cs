using Microsoft.Extensions.DependencyInjection;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>What the clock does to messages: schedules, deadlines, jumps.</summary>
public sealed class SweepTests
{
    private const string Phone = "27999000700";
    private const int Many = 100_000;

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_scheduled_message_goes_at_its_time_and_its_validity_begins_then(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world, TimeSpan.FromDays(6), ""","validityPeriod":60 """);
        world.Server.Clock.Jump(TimeSpan.FromDays(6) - TimeSpan.FromMinutes(5));
        var now = await world.Server.SendOne(Phone, "at once");
        await world.Server.Becomes(now, "SENT_TO_SUPPLIER");
        Assert.Equal("SCHEDULED", await world.Server.StatusOf(id));
        world.Server.Clock.Jump(TimeSpan.FromMinutes(10));
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_scheduled_message_that_was_stopped_never_goes(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await Scheduled(world, TimeSpan.FromHours(1), "");
        var answer = await world.Server.Administer(
            HttpMethod.Post, $"/messages/{id}/cancel", MessagesWorld.AdminKey);
        Assert.True((bool)answer["stopped"]!);
        await world.Sink.AllAre([id], "STOPPED_BY_ADMIN");
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        var later = await world.Server.SendOne(Phone, "later");
        await world.Server.Becomes(later, "SENT_TO_SUPPLIER");
        Assert.Single(world.First.All);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_a_carrier_has_can_not_be_stopped(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await world.Server.SendOne(Phone, "gone");
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        var answer = await world.Server.Administer(
            HttpMethod.Post, $"/messages/{id}/cancel", MessagesWorld.AdminKey);
        Assert.False((bool)answer["stopped"]!);
        Assert.Equal("SENT_TO_SUPPLIER", (string)answer["status"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Without_a_receipt_a_message_expires_a_little_after_its_validity(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        var id = await world.Server.SendOne(Phone, "silence", ""","validityPeriod":60 """);
        await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        world.Server.Clock.Jump(TimeSpan.FromMinutes(61));
        var other = await world.Server.SendOne(Phone, "meanwhile");
        await world.Server.Becomes(other, "SENT_TO_SUPPLIER");
        Assert.Equal("SENT_TO_SUPPLIER", await world.Server.StatusOf(id));
        world.Server.Clock.Jump(TimeSpan.FromMinutes(10));
        await world.Sink.AllAre([id], "EXPIRED");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_clock_that_jumps_back_and_forth_loses_nothing_and_sends_nothing_twice(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        List<string> ids = [];
        foreach (var minutes in new[] { 0, 90, -180, 45, -45, 90 })
        {
            world.Server.Clock.Jump(TimeSpan.FromMinutes(minutes));
            for (var i = 0; i < 10; i++) ids.Add(await world.Server.SendOne(Phone, $"jump {ids.Count}"));
        }
        foreach (var id in ids) await world.Server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, world.First.All.Select(s => s.Text).Distinct().Count());
        for (var i = 1; i <= ids.Count; i++) MessagesWorld.Receipt(world.First, Phone, $"id-{i}", "DELIVRD");
        await world.Sink.AllAre(ids, "DEVICE_ACK");
        Assert.Equal(ids.Count, world.First.All.Count);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_hundred_thousand_that_are_due_at_once_all_go_and_each_once(string engine)
    {
        await using var world = await MessagesWorld.Start(engine);
        world.First.Forgetful = world.Second.Forgetful = true;
        var due = world.Server.Clock.GetUtcNow().AddHours(1);
        await Schedule(world, due);
        world.Server.Clock.Jump(TimeSpan.FromHours(2));
        var database = world.Server.Services.GetRequiredService<Database>();
        await Eventually.Holds(
            async () => await Count(database, "status = 4") == Many, "all are sent", TimeSpan.FromMinutes(4));
        Assert.Equal(Many, world.First.Received + world.Second.Received);
    }

    private static async Task<string> Scheduled(MessagesWorld world, TimeSpan ahead, string more)
    {
        var at = world.Server.Clock.GetUtcNow() + ahead;
        var id = await world.Server.SendOne(
            Phone, "scheduled", $$""","scheduledDeliveryTime":"{{at:yyyy-MM-ddTHH:mm:ss}}+0000"{{more}}""");
        Assert.Equal("SCHEDULED", await world.Server.StatusOf(id));
        return id;
    }

    /// <summary>200 a request, as the door allows.</summary>
    private static Task Schedule(MessagesWorld world, DateTimeOffset due) => Parallel.ForAsync(
        0, Many / 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (request, _) =>
        {
            var time = $"{due:yyyy-MM-ddTHH:mm:ss}+0000";
            var entries = Enumerable.Range(request * 200, 200).Select(i =>
                $$"""{"to":"2799{{i:D6}}","content":"due","scheduledDeliveryTime":"{{time}}"}""");
            var (status, _) = await world.Server.Send($$"""{"messages":[{{string.Join(',', entries)}}]}""");
            Assert.Equal(202, status);
        });

    private static Task<long> Count(Database database, string where) => database.Transact(
        tx => tx.First<long>($"SELECT count(*) FROM message_states WHERE {where}"), default);
}
