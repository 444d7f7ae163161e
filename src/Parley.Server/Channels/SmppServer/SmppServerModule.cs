using System.Net.Security;
using Parley.Platform.Events;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.SmppServer;

/// <summary>SMPP clients: binds, submits, receipts, messages from phones.</summary>
public static class SmppServerModule
{
    public static IServiceCollection AddSmppServer(
        this IServiceCollection services, SmppDoorOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SmppMeter>()
        .AddSingleton<Addresses>()
        .AddSingleton<Clients>()
        .AddSingleton<Binds>()
        .AddSingleton<Submits>()
        .AddSingleton<Commands>()
        .AddSingleton<Deliveries>()
        .AddSingleton<DeliveryLoop>()
        .AddSingleton<SmppDoor>()
        .AddSingleton(s => new SmppSessions(s.GetRequiredService<Clients>(), s.GetRequiredService<Database>()));

    /// <summary>Subscribes; before the node joins and messages are recovered.</summary>
    public static void Start(IServiceProvider services)
    {
        var deliveries = services.GetRequiredService<Deliveries>();
        var clients = services.GetRequiredService<Clients>();
        services.GetRequiredService<SmppMeter>().Observe(() => clients.Sessions.Count());
        services.GetRequiredService<StatusFeed>().Subscribe(Door.Smpp, deliveries.Take);
        services.GetRequiredService<EventBus>().Subscribe<InboundReceived>(deliveries.Take);
        services.GetRequiredService<Node>().Gone += SmppDeliveryStore.Release;
        services.GetRequiredService<DeliveryLoop>().Start();
    }

    /// <summary>Opens the ports, once everything behind them runs.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="testTenant">Whose accounts the test ports let in; null leaves those ports closed.</param>
    /// <param name="tls">The server's certificate, for each handshake; null leaves the TLS ports closed.</param>
    /// <exception cref="IOException">A port can't be listened on.</exception>
    public static void Open(
        IServiceProvider services, string? testTenant, Func<SslServerAuthenticationOptions>? tls) =>
        services.GetRequiredService<SmppDoor>().Open(testTenant, tls);

    /// <summary>Unbinds the clients and closes; what they have not acknowledged stays owed.</summary>
    public static async Task Stop(IServiceProvider services)
    {
        await services.GetRequiredService<SmppDoor>().Stop();
        await services.GetRequiredService<DeliveryLoop>().Stop();
    }
}
