using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>An SMS as a door brings it, in the door's neutral form; what is null or empty was not given.</summary>
public sealed record NewMessage
{
    /// <summary>The recipient as submitted; a leading + and blanks around it are forgiven.</summary>
    public required string To { get; init; }

    public string From { get; init; } = "";

    public required SmsContent Content { get; init; }

    public string ClientMessageId { get; init; } = "";

    /// <summary>Microseconds UTC; null or the past sends at once, more than 7 days ahead is refused.</summary>
    public long? ScheduledAt { get; init; }

    /// <summary>Minutes; null is the default of 1,440.</summary>
    public int? ValidityMinutes { get; init; }

    /// <summary>1 (first) to 3.</summary>
    public int Priority { get; init; } = 3;

    /// <summary>Parts at most, when fewer than the integration allows; null leaves it to the integration.</summary>
    public int? MaxParts { get; init; }

    /// <summary>What it may cost at most, in millionths of the tenant's currency, where it is paid from an account; null for anything.</summary>
    public long? MostMicros { get; init; }

    /// <summary>True when its text (never its data) may not stand readable in the database.</summary>
    public bool Confidential { get; init; }

    /// <summary>The door that brings it.</summary>
    public Door Door { get; init; } = Door.OneApi;

    /// <summary>Which changes are to be told; null leaves it to the integration.</summary>
    public Told? Told { get; init; }
}

/// <summary>What became of one of them.</summary>
/// <param name="MessageId">32 hexadecimal digits; null when refused.</param>
/// <param name="Refusal">Why it was refused; null when accepted.</param>
public readonly record struct AcceptedOrNot(string? MessageId, Parley.Platform.Refusal? Refusal);
