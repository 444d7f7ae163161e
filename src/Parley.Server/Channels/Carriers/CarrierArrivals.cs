namespace Parley.Server.Channels.Carriers;

/// <summary>What a receipt says became of a part (SMPP 3.4 §5.2.28).</summary>
public enum ReceiptState
{
    Enroute = 1,
    Delivered = 2,
    Expired = 3,
    Deleted = 4,
    Undeliverable = 5,
    Accepted = 6,
    Unknown = 7,
    Rejected = 8,
}

/// <summary>A delivery receipt that a carrier brought. It is acknowledged to the carrier only after <see cref="Acknowledge"/>.</summary>
public abstract class ReceiptArrival
{
    public required string CarrierId { get; init; }

    /// <summary>The carrier's message id in canonical form.</summary>
    public required string CarrierMessageId { get; init; }

    /// <summary>Other forms of the id to try, where the carrier's format is not known.</summary>
    public string[] OtherIds { get; init; } = [];

    /// <summary>The phone that the receipt is about, digits; empty when it does not say. A match whose recipient differs is none.</summary>
    public string Phone { get; init; } = "";

    public required ReceiptState State { get; init; }

    /// <summary>The error as the receipt prints it (<c>err:</c>), or the network_error_code; null when none.</summary>
    public string? Error { get; init; }

    /// <summary>The receipt's text, at most 500 characters, for the record of receipts that match nothing.</summary>
    public string Raw { get; init; } = "";

    /// <summary>The carrier may bring nothing more before it is acknowledged: most of its window is used up.</summary>
    public bool Pressing { get; init; }

    /// <summary>Answers the carrier: committed, or (false) "try again later". Called once, from any thread.</summary>
    public abstract void Acknowledge(bool kept);
}

/// <summary>A message from a phone, or one part of it.</summary>
public abstract class InboundArrival
{
    public required string CarrierId { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>Decoded text; null for binary.</summary>
    public required string? Text { get; init; }

    /// <summary>User data without header where it is binary.</summary>
    public byte[]? Data { get; init; }

    /// <summary>Hexadecimal UDH, empty for none.</summary>
    public string UserDataHeader { get; init; } = "";

    /// <summary>Reference, number of parts and part (from 1) of a concatenated message; total 1 means whole.</summary>
    public int Reference { get; init; }

    public int Total { get; init; } = 1;

    public int Sequence { get; init; } = 1;

    /// <summary>Answers the carrier: committed, or (false) "try again later". Called once, from any thread.</summary>
    public abstract void Acknowledge(bool kept);
}
