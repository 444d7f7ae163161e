using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Parley.Platform.Jobs;
using Parley.Server.Marketplace;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Notifications;

public sealed class NoticeJobTests(MarketClients clients) : IClassFixture<MarketClients>
{
    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Buyers_and_recipients_are_told_in_the_clients_words_once(string engine)
    {
        var world = clients[engine, MarketClients.Telling];
        var (buyer, friend) = ("2348030005551", "2348030005552");
        var voucher = await Buys("V-1", 3010, friend);
        await world.Ends(voucher, "SUCCESS", "0000");
        var token = (string)(await world.Lookup(voucher))["token"]!;
        await Told(friend, $"Your Power token is {token}, reference V-1");
        await Told(buyer, $"Your Power token is {token}, reference V-1");
        Assert.Equal((2, 0), await world.Database.Read(c => Kept(c, token), CancellationToken.None));
        await Buys("A-1", 1010, friend);
        await Told(friend, $"{buyer} sent you Power");
        await Told(buyer, "Paid 2000.00 NGN for Power");
        await Buys("A-2", 1010, "2348030000001");
        await Told(buyer, "No Power for 2348030000001: 2000.00 NGN stay yours");

        // The job run again, as by a node that was thought dead, tells nothing twice.
        var again = new Job(PurchaseJobs.Sms, Wire.IdOf(voucher)!, "client-30", "", 0, long.MaxValue);
        await world.Database.Transact(
            tx => world.Server.Services.GetRequiredService<JobQueue>().Enqueue(tx, again), CancellationToken.None);
        await Eventually.Holds(async () => await world.Database.Read(
            c => Waiting(c), CancellationToken.None) == 0, "the job ends");
        Assert.Equal(2, world.Server.Phones.On(buyer).Count(m => !m.Text.Contains(token, StringComparison.Ordinal)));
        Assert.Single(world.Server.Phones.On(friend), m => m.Text.Contains(token, StringComparison.Ordinal));
        Assert.Single(world.Server.Phones.On(buyer), m => m.Text.Contains(token, StringComparison.Ordinal));

        async Task<string> Buys(string reference, int product, string target) => await world.Buys(
            MarketWorld.Reserve, world.Order(reference, target, buyer, product, fee: "0"), 200, "0000");

        Task Told(string phone, string text) => Eventually.Holds(
            () => world.Server.Phones.On(phone).Any(m => m.Text == text), $"{phone} is told: {text}");
    }

    /// <summary>Messages whose text is kept encrypted, and messages whose text shows a token.</summary>
    private static (long Sealed, long Shown) Kept(System.Data.Common.DbConnection connection, string token) => (
        connection.ExecuteScalar<long>("SELECT count(*) FROM messages WHERE sealed_text IS NOT NULL AND text IS NULL"),
        connection.ExecuteScalar<long>($"SELECT count(*) FROM messages WHERE text LIKE '%{token}%'"));

    private static long Waiting(System.Data.Common.DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM jobs WHERE kind = '{PurchaseJobs.Sms}'";
        return Convert.ToInt64(command.ExecuteScalar(), null);
    }
}
