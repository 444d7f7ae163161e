using Parley.Platform.Nodes;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>Accepting, routing, tracking; and messages from phones.</summary>
public static class MessagesModule
{
    public static IServiceCollection AddMessages(this IServiceCollection services) => services
        .AddSingleton<MessageMeter>()
        .AddSingleton<StatusFeed>()
        .AddSingleton<Screening>()
        .AddSingleton<Credit>()
        .AddSingleton<MessageVault>()
        .AddSingleton<RouteTable>()
        .AddSingleton<Coverage>()
        .AddSingleton<MessageTracker>()
        .AddSingleton<Dispatcher>()
        .AddSingleton<Receipts>()
        .AddSingleton<ReceiveInbound>()
        .AddSingleton<MessageQueries>()
        .AddSingleton(s => new AcceptMessages(
            s.GetRequiredService<Parley.Platform.Storage.Database>(), s.GetRequiredService<Parley.Platform.Ids>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<Node>(), s.GetRequiredService<MessageTracker>(), s.GetRequiredService<Dispatcher>(),
            s.GetRequiredService<MessageMeter>(), s.GetRequiredService<Screening>(), s.GetRequiredService<Credit>(),
            s.GetRequiredService<MessageVault>()))
        .AddSingleton(s => new CancelMessage(s.GetRequiredService<MessageTracker>()))
        .AddSingleton(s => new ReplaceMessage(
            s.GetRequiredService<MessageTracker>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<Credit>(), s.GetRequiredService<MessageVault>()))
        .AddSingleton<Sweep>()
        .AddHostedService(s => s.GetRequiredService<Sweep>());

    /// <summary>Connects the carriers' events; before the node joins and the carriers start.</summary>
    public static void ConnectMessages(this IServiceProvider services)
    {
        var pool = services.GetRequiredService<CarrierPool>();
        var sweep = services.GetRequiredService<Sweep>();
        services.GetRequiredService<Dispatcher>();
        pool.ReceiptArrived = services.GetRequiredService<Receipts>().Take;
        pool.InboundArrived = services.GetRequiredService<ReceiveInbound>().Take;
        var node = services.GetRequiredService<Node>();
        node.Gone += (tx, other) =>
        {
            MessageStore.Reassign(tx, other, node.Id);
            tx.AfterCommit(sweep.Recover);
        };
    }
}
