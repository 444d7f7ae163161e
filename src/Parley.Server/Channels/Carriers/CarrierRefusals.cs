using Parley.Smpp;

namespace Parley.Server.Channels.Carriers;

/// <summary>What follows from a carrier's refusal.</summary>
internal enum Consequence
{
    /// <summary>Send slower and try the part again.</summary>
    SlowDown,

    /// <summary>Another route may take the message.</summary>
    Elsewhere,

    /// <summary>The message has failed.</summary>
    Fail,
}

internal static class CarrierRefusals
{
    private const int DeliveryFailure = 23;
    private const int RecipientDoesNotExist = 29;

    public static Consequence Of(CommandStatus status) => status switch
    {
        CommandStatus.Throttled or CommandStatus.MessageQueueFull => Consequence.SlowDown,
        CommandStatus.SystemError or CommandStatus.ReceiverTemporaryError or CommandStatus.IncorrectBindStatus or CommandStatus.UnknownError => Consequence.Elsewhere,
        _ => Consequence.Fail,
    };

    /// <summary>The contract's status code (channels §2.6) for a refusal that is final.</summary>
    public static int StatusCode(CommandStatus status) =>
        status == CommandStatus.InvalidDestinationAddress ? RecipientDoesNotExist : DeliveryFailure;
}
