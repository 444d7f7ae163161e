using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>An accepted SMS: what never changes of it. Times in microseconds UTC.</summary>
public sealed record Message
{
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string IntegrationId { get; init; }

    /// <summary>Empty when the carrier's default sender is to be used.</summary>
    public required string From { get; init; }

    /// <summary>Digits.</summary>
    public required string To { get; init; }

    /// <summary>Empty when none was given.</summary>
    public required string ClientMessageId { get; init; }

    public required SmsContent Content { get; init; }

    /// <summary>Its text as the database keeps it, encrypted; null for a text that may be read there.</summary>
    public byte[]? SealedText { get; init; }

    /// <summary>True when its text is kept under a key that this node doesn't have: it can't be sent.</summary>
    public bool IsUnreadable => SealedText is not null && Content.Text is null;

    public required long AcceptedAt { get; init; }

    public long? ScheduledAt { get; init; }

    /// <summary>Acceptance or schedule plus validity: after this it is not sent any more.</summary>
    public required long DeadlineAt { get; init; }

    /// <summary>1 (first) to 3.</summary>
    public int Priority { get; init; } = 3;

    /// <summary>The door it came through: who hears of it, and in which form.</summary>
    public Door Door { get; init; } = Door.OneApi;

    /// <summary>Which changes its owner wants to hear of; null leaves it to the integration.</summary>
    public Told? Told { get; init; }

    /// <summary>
    /// What its tenant's account was charged, in millionths of its currency; 0 once that was returned, null when the tenant has
    /// no account.
    /// </summary>
    public long? Charged { get; init; }

    /// <summary>Parts that it takes in the default encoding and concatenation.</summary>
    public required int Parts { get; init; }

    /// <summary>True when the other is the same message with the same content, schedule and price.</summary>
    public bool IsAs(Message other) =>
        this with { Content = other.Content, SealedText = other.SealedText } == other
        && Content.Text == other.Content.Text && Content.Encoding == other.Content.Encoding
        && Content.Flash == other.Content.Flash && Content.Data.AsSpan().SequenceEqual(other.Content.Data)
        && Content.UserDataHeader.AsSpan().SequenceEqual(other.Content.UserDataHeader);
}
