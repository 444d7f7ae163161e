using Dapper;
using Parley.Platform;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Simulation;

/// <summary>
/// Looks at the exceptions twice a day, calls whoever knows, and decides; also has an outcome told again now and then
/// that was heard. Everything must have ended after <see cref="Longest"/>.
/// </summary>
internal sealed class Person(World world)
{
    public const long Longest = 40 * 24 * 60 * Micros.PerMinute;

    private const long Every = 12 * 60 * Micros.PerMinute;

    // What somebody has put aside before it was told again, and must not forget.
    private readonly List<string> _owed = [];

    public void Begin()
    {
        world.Time.After(Every, Look);
        for (var i = world.Random.Next(3); i > 0; i--)
            world.Time.After(
                world.Between(0, world.Weather.Storm), () => world.Time.Begin("an anxious person", ResendAny));
    }

    /// <summary>Now and then somebody is anxious at the very moment at which an outcome was heard.</summary>
    public void Hears(string purchaseId)
    {
        if (!world.Happens(0.03)) return;
        world.Time.After(
            world.Between(0, 5_000), () => world.Time.Begin("an anxious person", () => Resend(purchaseId)));
    }

    private void Look()
    {
        if (IsQuiet()) return;
        if (world.Now > Scheduler.Start + Longest)
        {
            world.Find("something has not ended after 40 days");
            return;
        }
        world.Time.After(Every, Look);
        world.Time.Begin("a person", Decide);
    }

    private bool IsQuiet() => _owed.Count == 0 && world.Buyers.All(b => b.Done) && Open() == 0;

    private long Open() => world.Database.Ask(c => c.ExecuteScalar<long>(
        """
        SELECT (SELECT count(*) FROM jobs WHERE parked_at IS NULL)
          + (SELECT count(*) FROM market_exceptions WHERE resolved_at IS NULL)
        """));

    private async Task Decide()
    {
        foreach (var id in _owed.ToList())
        {
            await Resend(id);
            var told = world.Database.Ask(c => PurchaseStore.ById(c, id))!.Progress.Told;
            if (told != ResultState.Undelivered) _owed.Remove(id);
        }
        var open = world.Database.Ask(c => MarketExceptions.List(c, false, 100));
        foreach (var exception in open.OrderBy(e => e.Id, StringComparer.Ordinal))
        {
            if (world.Any is not { } node) return;
            try
            {
                await Decide(node, exception);
            }
            catch (StormException)
            {
                // Next time.
            }
        }
    }

    private async Task Decide(SimNode node, MarketException exception)
    {
        var sale = world.Database.Ask(c => PurchaseStore.ById(c, exception.PurchaseId))!;
        var decide = node.Of<DecidePurchase>();
        var decision = new Decision("noted", "the simulation", null, null);
        if (exception.Kind == MarketException.Unresolved && !sale.Progress.IsFinal)
        {
            var reference = sale.Purchase.AttemptReference(sale.Progress.Attempt);
            decision = world.Suppliers.Settle(reference)
                ? decision with { Outcome = "sold", Token = world.Suppliers.Vends[reference].Token }
                : decision with { Outcome = "not-sold" };
        }
        if (exception.Kind == MarketException.Undelivered && sale.Progress.Told != ResultState.Acked)
        {
            if (world.Happens(0.7))
            {
                await decide.Resend(sale.Purchase.Id, CancellationToken.None);
                return;
            }
            // Not everybody waits whether it is heard: it is put aside now, and told again with the next round.
            _owed.Add(sale.Purchase.Id);
        }
        var resolved = await decide.Resolve(exception.Id, decision, CancellationToken.None);
        var said = resolved.Value ?? resolved.Refusal!.Code;
        world.Trail.Write("a person", $"{exception.Kind} {sale.Purchase.ClientRef}: {said}");
    }

    private async Task ResendAny()
    {
        var told = world.Database.Ask(c => PurchaseQueries.Newest(c, null, 100))
            .Where(s => s.Progress.Told == ResultState.Acked)
            .OrderBy(s => s.Purchase.Id, StringComparer.Ordinal).ToList();
        if (told.Count > 0) await Resend(told[world.Random.Next(told.Count)].Purchase.Id);
    }

    private async Task Resend(string purchaseId)
    {
        if (world.Any is not { } node) return;
        world.Trail.Write("an anxious person", $"has {purchaseId[^6..]} told again");
        try
        {
            await node.Of<DecidePurchase>().Resend(purchaseId, CancellationToken.None);
        }
        catch (StormException)
        {
            // It was heard before anyway.
        }
    }
}
