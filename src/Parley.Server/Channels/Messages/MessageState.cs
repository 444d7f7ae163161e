namespace Parley.Server.Channels.Messages;

/// <summary>What is still to be done for a message by whoever owns its row.</summary>
[Flags]
internal enum Owed
{
    Nothing = 0,
    Send = 1,
    TellSent = 2,
    TellFinal = 4,
}

/// <summary>The narrow row of a message: where it stands and what is owed. Times in microseconds UTC.</summary>
internal sealed record MessageState
{
    public required string Id { get; init; }

    /// <summary>Counts the writes; a write that finds another number than it left has lost against another node and is done again.</summary>
    public long Version { get; set; }

    public MessageStatus Status { get; set; }

    public long ChangedAt { get; set; }

    public Owed Owed { get; set; }

    /// <summary>The node that holds it in memory; null when it waits in the database until <see cref="DueAt"/>.</summary>
    public string? Owner { get; set; }

    /// <summary>When somebody must look at it even if nothing happens; null once final.</summary>
    public long? DueAt { get; set; }

    public string? CarrierId { get; set; }

    /// <summary>How often it had to wait for a carrier.</summary>
    public int Attempts { get; set; }

    /// <summary>Parts as sent; 0 before.</summary>
    public int Parts { get; set; }

    /// <summary>What the headers of the parts call the message; null for one part, and before.</summary>
    public int? Reference { get; set; }

    /// <summary>Bit n: the carrier took part n.</summary>
    public ulong Submitted { get; set; }

    /// <summary>Bit n: part n reached the phone.</summary>
    public ulong Delivered { get; set; }

    /// <summary>The carrier's ids of the parts, in the order of the answers, separated by blanks.</summary>
    public string? CarrierMessageIds { get; set; }

    /// <summary>Why it failed, in the carrier's words.</summary>
    public string? Error { get; set; }

    public long? SubmittedAt { get; set; }

    public long? FinalAt { get; set; }

    public long? SentToldAt { get; set; }

    public long? FinalToldAt { get; set; }

    /// <summary>True when "sent" was taken over by the subscriber and may still wait there.</summary>
    public bool Behind { get; set; }

    public bool Final => Status.IsFinal();

    public static ulong AllParts(int parts) => parts >= 64 ? ulong.MaxValue : (1UL << parts) - 1;
}
