using System.Data.Common;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Simulation;

/// <summary>The database is away, as far as a node can see.</summary>
internal sealed class StormException(string what) : Exception(what);

/// <summary>The commits of a node: each may be its last, before or after; it may fail, or its answer may be lost.</summary>
internal sealed class SimCommits(World world, SimNode node, Func<IPurchaseCommits> inner) : IPurchaseCommits
{
    public async Task<T> Run<T>(Func<Tx, T> work, CancellationToken cancel)
    {
        await world.Pause(node);
        if (world.Strikes(w => w.Death)) await node.Die("before a commit");
        if (world.Strikes(w => w.Storage))
        {
            TakenBack(work);
            throw new StormException("a commit came to nothing");
        }
        var result = await inner().Run(work, cancel);
        world.Trail.Write(node.Name, $"committed: {Say(result)}");
        world.Suppliers.HeardCommitted();
        world.Pump.Stir();
        if (result is Step { Next.Told: ResultState.Acked } heard) world.Person.Hears(heard.Next.Id);
        if (world.Strikes(w => w.Death)) await node.Die("after a commit");
        await world.Pause(node);
        if (world.Strikes(w => w.Storage)) throw new StormException("the answer of a commit was lost");
        return result;
    }

    private void TakenBack<T>(Func<Tx, T> work)
    {
        try
        {
            world.Database.Database.Flush(0, tx =>
            {
                work(tx);
                throw new StormException("taken back");
            });
        }
        catch (Exception error) when (error is StormException or DbException)
        {
            world.Trail.Write(node.Name, "a commit came to nothing");
        }
    }

    private static string Say<T>(T result) => result switch
    {
        Accepted { Sale: { } sale } => $"{sale.Purchase.ClientRef} {sale.Progress.At}",
        Sale sale => $"{sale.Purchase.ClientRef} {sale.Progress.At}",
        Step step => $"{step.Next.Id[^6..]} {step.Next.At} {step.Next.Told} {step.Contradiction}",
        _ => typeof(T).Name,
    };
}

/// <summary>Writes on the simulation's own thread.</summary>
internal sealed class DirectCommits(SimDatabase database) : IPurchaseCommits
{
    public Task<T> Run<T>(Func<Tx, T> work, CancellationToken cancel)
    {
        try
        {
            T? result = default;
            database.Write(tx => result = work(tx));
            return Task.FromResult(result!);
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }
}
