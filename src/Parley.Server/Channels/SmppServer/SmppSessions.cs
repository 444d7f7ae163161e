using Parley.Platform.Storage;

namespace Parley.Server.Channels.SmppServer;

/// <summary>A bound session as an operator sees it.</summary>
/// <param name="ApiId">The client's API id.</param>
/// <param name="IntegrationId">Its integration.</param>
/// <param name="Kind"><c>Transmitter</c>, <c>Receiver</c> or <c>Transceiver</c>.</param>
/// <param name="Address">Where it comes from.</param>
/// <param name="Tls">True when it is encrypted.</param>
/// <param name="Version">interface_version in hexadecimal.</param>
/// <param name="Since">When it connected.</param>
/// <param name="Unacknowledged">deliver_sm without answer.</param>
/// <param name="Unanswered">Its requests that are not answered yet.</param>
public sealed record SmppSessionState(
    string ApiId, string IntegrationId, string Kind, string Address, bool Tls, string Version, DateTimeOffset Since,
    int Unacknowledged, int Unanswered);

/// <summary>What operators see of SMPP clients.</summary>
public sealed class SmppSessions
{
    private readonly Clients _clients;
    private readonly Database _database;

    internal SmppSessions(Clients clients, Database database) => (_clients, _database) = (clients, database);

    /// <summary>The sessions on this node.</summary>
    public IReadOnlyList<SmppSessionState> All =>
    [
        .. from client in _clients.All
           from session in client.Sessions
           orderby session.Since
           select new SmppSessionState(
               session.Account?.ApiId ?? "", client.IntegrationId, session.Kind.ToString(), session.Address.ToString(),
               session.Tls, $"0x{session.Version:x2}", session.Since, session.Unacknowledged, session.Unanswered),
    ];

    /// <summary>What waits in the database, by client.</summary>
    public Task<IReadOnlyList<WaitingDeliveries>> Waiting(CancellationToken cancel) =>
        _database.Read(SmppDeliveryStore.Waiting, cancel);
}
