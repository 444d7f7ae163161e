using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>A node's way to the suppliers, with the time limits and words of the HTTP one.</summary>
internal sealed class NodeSupplier(World world, SimNode node) : ISupplier
{
    private static readonly SupplierAnswer Uncertain = SupplierAnswer.Unheard;

    public Task<SupplierAnswer> Vend(Supplier supplier, VendRequest request, CancellationToken cancel)
    {
        var answer = new Awaited<SupplierAnswer>(world.Time, node);
        world.Trail.Write(node.Name, $"vends {request.Reference} at {supplier.Id}");
        if (world.Strikes(w => w.Away))
        {
            world.Time.After(
                world.Between(1, 5 * Micros.PerSecond), () => answer.Set(new(VendOutcome.NotConnected, "2239")));
            return Hear(request.Reference, answer);
        }
        world.Time.After(supplier.TimeoutSeconds * Micros.PerSecond, () => answer.Set(Uncertain));
        world.Request(0, () =>
        {
            // What it does and what it says are two things: the answer may be an error of whatever stands before it.
            world.Suppliers.Take(supplier.Id, request);
            var said = world.Strikes(w => w.Loss / 4) ? Uncertain : world.Suppliers.Say(request.Reference);
            world.Reply(() => answer.Set(said));
        });
        return Hear(request.Reference, answer);
    }

    public Task<SupplierAnswer> Status(Supplier supplier, string reference, CancellationToken cancel)
    {
        var answer = new Awaited<SupplierAnswer>(world.Time, node);
        world.Trail.Write(node.Name, $"asks {supplier.Id} for {reference}");
        world.Time.After(20 * Micros.PerSecond, () => answer.Set(Uncertain));
        if (!world.Strikes(w => w.Away))
            world.Request(0, () =>
            {
                var said = world.Suppliers.Say(reference);
                world.Reply(() => answer.Set(said));
            });
        return Hear(reference, answer);
    }

    public Task<AccountAnswer> Validate(
        Supplier supplier, string sku, string target, long amount, CancellationToken cancel) =>
        Task.FromResult(new AccountAnswer(AccountOutcome.NoAnswer));

    public Task<long?> Balance(Supplier supplier, string currency, CancellationToken cancel) =>
        Task.FromResult<long?>(null);

    private async Task<SupplierAnswer> Hear(string reference, Awaited<SupplierAnswer> answer)
    {
        var said = await answer.Answer;
        world.Suppliers.Hears(reference, said.Outcome);
        return said;
    }
}
