using System.Security.Cryptography;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Tests.Server.Provisioning;

namespace Parley.Tests.Server.Marketplace.Products;

public sealed class MarketEntryStoreTests
{
    private static readonly MarketEntry Partner = MarketEntry.Of(MarketEntry.Supplier, "river", new Supplier
    {
        Id = "river",
        Partner = new Partner { Url = "https://river.example", Password = "top-secret" },
    }, demo: false);

    private static readonly MarketEntry Type = MarketEntry.Of(MarketEntry.Type, 1, new ProductType(1, "Power"), false);

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Partners_are_stored_sealed_and_read_as_they_were(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await Write(world, tx => world.Market.Upsert(tx, [Partner, Type]));
        var stored = await Stored(world);
        Assert.Equal(2, stored.Count);
        Assert.DoesNotContain(stored, s => s.Contains("top-secret", StringComparison.Ordinal));
        Assert.Contains(stored, s => s.Contains("Power", StringComparison.Ordinal));
        Assert.Equal([Partner, Type], await world.Database.Read(world.Market.All, default));
        // What was sealed is not written again when it is the same.
        await Write(world, world.Market.SealReadable);
        Assert.Equal(stored, await Stored(world));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task What_stands_readable_from_before_is_read_and_sealed_by_the_next_provisioning(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        const string text =
            """
            marketplace:
              suppliers: [ { id: river, url: "https://river.example", password: top-secret, user: shop } ]
            """;
        await world.Provision(text);
        var plain = Assert.Single(await world.Database.Read(world.Market.All, default));
        await Write(world, tx => tx.Execute("UPDATE market_entries SET body = @Body", new { plain.Body }));
        Assert.Contains("top-secret", Assert.Single(await Stored(world)), StringComparison.Ordinal);
        Assert.Equal([plain], await world.Database.Read(world.Market.All, default));
        Assert.False((await world.Provision(text)).ChangedAnything);
        Assert.StartsWith("sealed:", Assert.Single(await Stored(world)), StringComparison.Ordinal);
        Assert.Equal([plain], await world.Database.Read(world.Market.All, default));
    }

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Another_key_or_another_row_opens_nothing_and_the_message_says_what_to_look_at(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await Write(world, tx => world.Market.Upsert(tx, [Partner, Partner with { Id = "delta" }]));
        var other = new MarketEntryStore(new SecretBox(RandomNumberGenerator.GetBytes(32)));
        var error = await Assert.ThrowsAsync<CryptographicException>(() => world.Database.Read(other.All, default));
        Assert.Contains("Marketplace:SecretKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("top-secret", error.ToString(), StringComparison.Ordinal);
        // A row's secrets can't be made another partner's.
        await Write(world, tx => tx.Execute(
            "UPDATE market_entries SET body = (SELECT e.body FROM market_entries e WHERE e.id = 'delta') "
            + "WHERE id = 'river'"));
        await Assert.ThrowsAsync<CryptographicException>(() => world.Database.Read(world.Market.All, default));
    }

    private static Task Write(ProvisioningWorld world, Action<Tx> work) => world.Database.Transact(work, default);

    private static Task<IReadOnlyList<string>> Stored(ProvisioningWorld world) => world.Database.Transact(
        tx => tx.Query<string>("SELECT body FROM market_entries ORDER BY kind, id"), default);
}
