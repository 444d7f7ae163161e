using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Provisioning;
using Parley.Server.Webhooks;

namespace Parley.Server;

/// <summary>
/// What happens in which order when the server starts and stops. Start: database, provisioning, subscribers, take-over, carriers; then the doors open. Stop: the doors
/// close first, then carriers drain and unbind, callbacks end, the last writes are committed.
/// </summary>
internal sealed class Lifecycle(IServiceProvider services, Database database, Parley.Platform.Nodes.Node node, JobQueue jobs, CarrierPool carriers, World world) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Migrations.Run(database, [typeof(Database).Assembly, typeof(Lifecycle).Assembly], cancellationToken);
        await world.Provision(cancellationToken);
        await WebhooksModule.Start(services, cancellationToken);
        services.ConnectMessages();
        jobs.Start();
        await node.Join(cancellationToken);
        await world.Load(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await carriers.DisposeAsync();
        await WebhooksModule.Stop(services, cancellationToken);
        await jobs.Stop();
        await database.Drain(cancellationToken).WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
