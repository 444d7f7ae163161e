using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Storage;
using Parley.Server.Marketplace;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class MarketExceptionsTests
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_contradiction_of_another_kind_is_added_and_opens_the_record_again(string engine)
    {
        await using var world = await MarketWorld.Start(engine);
        var reference = await world.Buys(MarketWorld.Reserve, world.Order("A-1"), 200, "0000");
        await world.Ends(reference, "SUCCESS", "0000");
        Assert.True(await Raise("attempt 1 succeeded after all"));
        Assert.False(await Raise("attempt 1 succeeded after all"));
        var first = await Open();
        const string noted = """{"outcome":"noted","by":"Ada"}""";
        await world.Admin(HttpMethod.Post, $"/exceptions/{(string)first!["id"]!}/resolve", noted);
        Assert.Null(await Open());
        Assert.False(await Raise("attempt 1 succeeded after all"));
        Assert.True(await Raise("attempt 2 was taken back"));
        Assert.Equal("attempt 1 succeeded after all; attempt 2 was taken back", (string)(await Open())!["detail"]!);

        Task<bool> Raise(string detail) => world.Server.Services.GetRequiredService<Database>().Transact(
            tx => world.Server.Services.GetRequiredService<MarketExceptions>().Raise(
                tx, Wire.IdOf(reference)!, MarketException.Discrepancy, detail),
            CancellationToken.None);

        async Task<JsonNode?> Open() =>
            ((JsonArray)(await world.Admin(HttpMethod.Get, "/exceptions"))["exceptions"]!).SingleOrDefault();
    }
}
