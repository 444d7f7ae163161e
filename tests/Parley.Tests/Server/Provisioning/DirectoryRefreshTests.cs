using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Provisioning;

public sealed class DirectoryRefreshTests
{
    public static TheoryData<string> Engines => ProvisioningWorld.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_node_that_shares_the_database_loads_what_another_applied(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await using var other = world.Beside();
        await other.Load.Run(default);
        var loaded = new TaskCompletionSource();
        other.Load.Provisioned += () => loaded.TrySetResult();
        var time = new FakeTimeProvider();
        using var refresh =
            new DirectoryRefresh(world.Database, other.Load, time, NullLogger<DirectoryRefresh>.Instance);
        await refresh.StartAsync(default);
        if (engine == "sqlite")
        {
            await refresh.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20)); // one node: there is nobody to watch
            return;
        }
        await world.Provision("tenants: [ { name: Acme, integrations: [ { name: Shop } ] } ]");
        // The loop starts on its own thread: time goes on until its timer stands and has ticked.
        var since = Stopwatch.StartNew();
        while (!loaded.Task.IsCompleted && since.Elapsed < TimeSpan.FromSeconds(20))
        {
            time.Advance(DirectoryRefresh.Every);
            await Task.Yield();
        }
        Assert.True(loaded.Task.IsCompleted, "the change was not loaded within 20 s");
        Assert.NotNull(other.Tenants.ById("acme-shop"));
        await refresh.StopAsync(default);
    }
}
