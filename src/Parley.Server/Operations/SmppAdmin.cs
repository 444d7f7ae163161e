using Parley.Server.Channels.SmppServer;

namespace Parley.Server.Operations;

/// <summary>SMPP clients under <c>/admin/v1</c>.</summary>
internal static class SmppAdmin
{
    public static void MapSmpp(this RouteGroupBuilder admin)
    {
        admin.MapGet("/smpp/sessions", (SmppSessions sessions) => new { sessions = sessions.All })
            .WithSummary("SMPP clients that are bound to this node.");
        admin.MapGet("/smpp/deliveries", async (SmppSessions sessions, CancellationToken cancel) =>
            new { clients = await sessions.Waiting(cancel) })
            .WithSummary("Receipts and messages that wait for an SMPP client, by integration.");
    }
}
