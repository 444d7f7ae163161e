namespace Parley.Smpp.Pdus;

/// <summary>replace_sm (SMPP 3.4 §4.10.1); its response has no body.</summary>
public readonly ref struct ReplaceSm : IPdu<ReplaceSm>
{
    /// <summary>message_id.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>Source address as submitted.</summary>
    public Address Source { get; init; }

    /// <summary>schedule_delivery_time: empty or 16 octets.</summary>
    public ReadOnlySpan<byte> ScheduledAt { get; init; }

    /// <summary>validity_period: empty or 16 octets.</summary>
    public ReadOnlySpan<byte> Validity { get; init; }

    /// <summary>registered_delivery.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>sm_default_msg_id.</summary>
    public byte DefaultMessageId { get; init; }

    /// <summary>short_message, at most 254 octets.</summary>
    public ReadOnlySpan<byte> Content { get; init; }

    /// <inheritdoc/>
    public int MaxLength =>
        MessageId.Length + Source.Digits.Length + ScheduledAt.Length + Validity.Length + Content.Length + 9;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(MessageId);
        Source.Write(ref writer);
        writer.CString(ScheduledAt);
        writer.CString(Validity);
        writer.Octet(RegisteredDelivery);
        writer.Octet(DefaultMessageId);
        writer.Octet(checked((byte)Content.Length));
        writer.Octets(Content);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out ReplaceSm pdu)
    {
        var reader = new PduReader(body);
        pdu = new ReplaceSm
        {
            MessageId = reader.CString(128),
            Source = Address.Read(ref reader),
            ScheduledAt = reader.CString(16),
            Validity = reader.CString(16),
            RegisteredDelivery = reader.Octet(),
            DefaultMessageId = reader.Octet(),
            Content = reader.Octets(reader.Octet()),
        };
        return reader.Status;
    }
}
