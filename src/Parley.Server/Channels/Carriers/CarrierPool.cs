namespace Parley.Server.Channels.Carriers;

/// <summary>What a carrier says to a submission offered to it.</summary>
public enum Offer
{
    /// <summary>It is in the carrier's queue: exactly one of the submission's ends will be called.</summary>
    Taken,

    /// <summary>No bind is up.</summary>
    Down,

    /// <summary>The queue is full.</summary>
    Full,

    /// <summary>There is no such carrier, or it is not active.</summary>
    Unknown,
}

/// <summary>All carriers with their binds.</summary>
public sealed class CarrierPool
{
    /// <summary>Receipts from all carriers. Set before the start; called from read loops, must not block.</summary>
    public Action<ReceiptArrival> ReceiptArrived { get; set; } = static receipt => receipt.Acknowledge(false);

    /// <summary>Messages from phones. Set before the start; called from read loops, must not block.</summary>
    public Action<InboundArrival> InboundArrived { get; set; } = static inbound => inbound.Acknowledge(false);

    /// <summary>Submissions that all queues together still take.</summary>
    public int Room => 0;

    /// <summary>Offers a submission to a carrier. Never blocks.</summary>
    public Offer TrySubmit(string carrierId, Submission submission) => submission.MessageId.Length == 0 ? Offer.Down : Offer.Unknown;
}
