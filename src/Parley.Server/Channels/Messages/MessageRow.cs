using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>A message and its state as one row of a query.</summary>
internal sealed class MessageRow
{
    public string Id { get; init; } = "";

    public string TenantId { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Sender { get; init; } = "";

    public string Recipient { get; init; } = "";

    public string ClientMessageId { get; init; } = "";

    public long AcceptedAt { get; init; }

    public long? ScheduledAt { get; init; }

    public long DeadlineAt { get; init; }

    public long Priority { get; init; }

    public long MessageParts { get; init; }

    public string? Text { get; init; }

    public byte[]? SealedText { get; init; }

    public byte[]? Data { get; init; }

    public byte[]? Udh { get; init; }

    public string? Encoding { get; init; }

    public long Flash { get; init; }

    public long Door { get; init; }

    public long? Told { get; init; }

    public long? Charged { get; init; }

    public long Version { get; init; }

    public long Status { get; init; }

    public long ChangedAt { get; init; }

    public long Owed { get; init; }

    public string? Owner { get; init; }

    public long? DueAt { get; init; }

    public string? CarrierId { get; init; }

    public long Attempts { get; init; }

    public long Parts { get; init; }

    public long? Reference { get; init; }

    public long SubmittedMask { get; init; }

    public long DeliveredMask { get; init; }

    public string? CarrierMessageIds { get; init; }

    public string? Error { get; init; }

    public long? SubmittedAt { get; init; }

    public long? FinalAt { get; init; }

    public long? SentToldAt { get; init; }

    public long? FinalToldAt { get; init; }

    public long Behind { get; init; }

    /// <summary>As it was accepted; without its text where that is kept encrypted.</summary>
    public Message ToMessage() => new()
    {
        Id = Id,
        TenantId = TenantId,
        IntegrationId = IntegrationId,
        From = Sender,
        To = Recipient,
        ClientMessageId = ClientMessageId,
        Content = new SmsContent(StoredText.Back(Text), Data, Udh, Encoding, Flash != 0),
        SealedText = SealedText,
        AcceptedAt = AcceptedAt,
        ScheduledAt = ScheduledAt,
        DeadlineAt = DeadlineAt,
        Priority = (int)Priority,
        Parts = (int)MessageParts,
        Door = (Door)Door,
        Told = (Told?)Told,
        Charged = Charged,
    };

    public MessageState ToState() => new()
    {
        Id = Id,
        Version = Version,
        Status = (MessageStatus)Status,
        ChangedAt = ChangedAt,
        Owed = (Owed)Owed,
        Owner = Owner,
        DueAt = DueAt,
        CarrierId = CarrierId,
        Attempts = (int)Attempts,
        Parts = (int)Parts,
        Reference = (int?)Reference,
        Submitted = (ulong)SubmittedMask,
        Delivered = (ulong)DeliveredMask,
        CarrierMessageIds = CarrierMessageIds,
        Error = Error,
        SubmittedAt = SubmittedAt,
        FinalAt = FinalAt,
        SentToldAt = SentToldAt,
        FinalToldAt = FinalToldAt,
        Behind = Behind != 0,
    };
}
