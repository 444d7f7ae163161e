using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// network_error_code of failed receipts (contract channels §5). By what the failure means: a carrier's own numbers mean
/// something else with every carrier; they stand in the message's timeline.
/// </summary>
internal static class NetworkErrors
{
    /// <summary>It did not fail.</summary>
    public const int None = 0;

    private const int UnknownError = 1;
    private const int UnknownSubscriber = 2;
    private const int PermanentNetworkError = 5;
    private const int RejectedByNetwork = 6;
    private const int AbsentExpired = 8;
    private const int Undefined = 999;

    public static int Of(MessageStatus status, string? error) => status switch
    {
        MessageStatus.DeviceAck or MessageStatus.Read or MessageStatus.Emulated => None,
        MessageStatus.RecipientDoesNotExist => UnknownSubscriber,
        MessageStatus.Expired => AbsentExpired,
        MessageStatus.RoutingError => PermanentNetworkError,
        MessageStatus.DeliveryFailure when MessageStates.Of(status, error).Stat == "REJECTD" => RejectedByNetwork,
        MessageStatus.DeliveryFailure => UnknownError,
        _ => status.IsFinal() ? Undefined : None,
    };
}
