using Parley.Server.Channels.Messages;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// One deliver_sm that a client is owed: a receipt, or a message (part) from a phone. A receipt lives in memory while it
/// goes well, and the message's own row says that it is owed; everything else has a row in smpp_deliveries.
/// </summary>
internal sealed class Delivery
{
    public const string Receipt = "receipt";
    public const string Inbound = "inbound";

    public string Id { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Kind { get; init; } = "";

    public string MessageId { get; init; } = "";

    public string Source { get; init; } = "";

    public string Destination { get; init; } = "";

    public long EsmClass { get; init; }

    public long DataCoding { get; init; }

    public byte[] Content { get; init; } = [];

    public byte[]? Tlvs { get; init; }

    /// <summary>The delivery that must have gone before; null for none.</summary>
    public string? Behind { get; init; }

    public long CreatedAt { get; init; }

    public long DueAt { get; set; }

    public long Attempts { get; set; }

    /// <summary>1 when it may have arrived before.</summary>
    public long Repeated { get; set; }

    public string? Error { get; set; }

    /// <summary>What it tells of while it has no row; null once it has one.</summary>
    public StatusChange? Change { get; init; }

    /// <summary>Since when it waits in memory (timestamp).</summary>
    public long WaitingSince { get; set; }

    public bool HasRow => Change is null;
}
