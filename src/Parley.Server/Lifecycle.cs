using Parley.Ledger;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.SmppServer;
using Parley.Server.Marketplace;
using Parley.Server.Channels.Numbers;
using Parley.Server.Channels.OptOuts;
using Parley.Server.Operations;
using Parley.Server.Provisioning;
using Parley.Server.Web;
using Parley.Server.Webhooks;

namespace Parley.Server;

/// <summary>
/// What happens in which order when the server starts and stops. Start: database, provisioning, subscribers, take-over, carriers; then the doors open. Stop: the doors
/// close first, then carriers drain and unbind, callbacks end, the last writes are committed. A start that failed half-way is stopped in the same order.
/// </summary>
internal sealed partial class Lifecycle(
    IServiceProvider services,
    Database database,
    Parley.Platform.Nodes.Node node,
    JobQueue jobs,
    CarrierPool carriers,
    World world,
    ILogger<Lifecycle> log) : IHostedService
{
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(5);
    private bool _started;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Migrations.Run(database, [typeof(Database).Assembly, typeof(Books).Assembly, typeof(Lifecycle).Assembly], cancellationToken);
        await world.Provision(cancellationToken);
        await WebhooksModule.Start(services, cancellationToken);
        SmppServerModule.Start(services);
        await services.StartOptOuts(cancellationToken);
        services.ConnectNumbers();
        services.ConnectBilling();
        services.ConnectMessages();
        await services.StartMarketplace(cancellationToken);
        services.ObserveOperations();
        // What is claimed belongs to a node that the others know.
        jobs.Watch();
        await node.Join(cancellationToken);
        jobs.Start();
        await world.Load(cancellationToken);
        var certificate = services.GetRequiredService<ServerCertificate>();
        SmppServerModule.Open(
            services, world.DemoKey is null ? null : DemoProvisioning.TenantId,
            certificate.Configured ? certificate.ServerOptions : null);
        _started = true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_started) Stopping(log);
        await SmppServerModule.Stop(services);
        await carriers.DisposeAsync();
        await WebhooksModule.Stop(services, cancellationToken);
        await services.StopOptOuts();
        await jobs.Stop();
        try
        {
            await database.Drain(cancellationToken).WaitAsync(LastWrites, CancellationToken.None);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The database is away. What is owed stands in its rows, and the next start takes it up.
        }
        if (_started) Stopped(log);
    }

    [LoggerMessage(LogLevel.Information, "The doors are closed; carriers drain and unbind, callbacks under way end")]
    private static partial void Stopping(ILogger log);

    [LoggerMessage(LogLevel.Information, "Stopped; what is still owed stands in the database")]
    private static partial void Stopped(ILogger log);
}
