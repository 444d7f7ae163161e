namespace Parley.Smpp.Pdus;

/// <summary>An address: type of number, numbering plan, digits or name (SMPP 3.4 §5.2.5 to §5.2.8).</summary>
/// <param name="ton">type of number.</param>
/// <param name="npi">numbering plan indicator.</param>
/// <param name="digits">At most 20 octets (64 are read).</param>
public readonly ref struct Address(byte ton, byte npi, ReadOnlySpan<byte> digits)
{
    internal const int Longest = 64;

    /// <summary>type of number.</summary>
    public byte Ton { get; } = ton;

    /// <summary>numbering plan indicator.</summary>
    public byte Npi { get; } = npi;

    /// <summary>Digits or name.</summary>
    public ReadOnlySpan<byte> Digits { get; } = digits;

    internal static Address Read(scoped ref PduReader reader) =>
        new(reader.Octet(), reader.Octet(), reader.CString(Longest));

    internal void Write(ref PduWriter writer)
    {
        writer.Octet(Ton);
        writer.Octet(Npi);
        writer.CString(Digits);
    }
}

/// <summary>The body that submit_sm (SMPP 3.4 §4.4.1) and deliver_sm (§4.6.1) share.</summary>
public readonly ref struct ShortMessage : IPdu<ShortMessage>
{
    /// <summary>service_type, at most 5 octets (16 are read).</summary>
    public ReadOnlySpan<byte> ServiceType { get; init; }

    /// <summary>Where it comes from.</summary>
    public Address Source { get; init; }

    /// <summary>Where it goes.</summary>
    public Address Destination { get; init; }

    /// <summary>esm_class (§5.2.12): 0x40 user data header, 0x04 receipt.</summary>
    public byte EsmClass { get; init; }

    /// <summary>protocol_id.</summary>
    public byte ProtocolId { get; init; }

    /// <summary>priority_flag, 0 to 3.</summary>
    public byte Priority { get; init; }

    /// <summary>schedule_delivery_time: empty or 16 octets (§7.1.1).</summary>
    public ReadOnlySpan<byte> ScheduledAt { get; init; }

    /// <summary>validity_period: empty or 16 octets (§7.1.1).</summary>
    public ReadOnlySpan<byte> Validity { get; init; }

    /// <summary>registered_delivery (§5.2.17): bit 0 asks for a final receipt.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>replace_if_present_flag.</summary>
    public byte ReplaceIfPresent { get; init; }

    /// <summary>data_coding (§5.2.19).</summary>
    public byte DataCoding { get; init; }

    /// <summary>sm_default_msg_id.</summary>
    public byte DefaultMessageId { get; init; }

    /// <summary>short_message, at most 254 octets; longer texts go into message_payload.</summary>
    public ReadOnlySpan<byte> Content { get; init; }

    /// <summary>Optional parameters.</summary>
    public Tlvs Tlvs { get; init; }

    /// <summary>True when the content begins with a user data header (esm_class bit 6).</summary>
    public bool HasUserDataHeader => (EsmClass & 0x40) != 0;

    /// <summary>True when it is a delivery receipt of some kind (esm_class bits 5 to 2, §5.2.12).</summary>
    public bool IsReceipt => (EsmClass & 0x3C) is 0x04 or 0x20;

    /// <summary>The user data: short_message, or message_payload where that is empty.</summary>
    public ReadOnlySpan<byte> UserData =>
        Content.IsEmpty && Tlvs.TryGet(TlvTag.MessagePayload, out ReadOnlySpan<byte> payload) ? payload : Content;

    /// <inheritdoc/>
    public int MaxLength =>
        ServiceType.Length + Source.Digits.Length + Destination.Digits.Length + ScheduledAt.Length + Validity.Length
        + Content.Length + Tlvs.Octets.Length + 17;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(ServiceType);
        Source.Write(ref writer);
        Destination.Write(ref writer);
        writer.Octet(EsmClass);
        writer.Octet(ProtocolId);
        writer.Octet(Priority);
        writer.CString(ScheduledAt);
        writer.CString(Validity);
        writer.Octet(RegisteredDelivery);
        writer.Octet(ReplaceIfPresent);
        writer.Octet(DataCoding);
        writer.Octet(DefaultMessageId);
        writer.Octet(checked((byte)Content.Length));
        writer.Octets(Content);
        writer.Tlvs(Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out ShortMessage pdu)
    {
        var reader = new PduReader(body);
        pdu = new ShortMessage
        {
            ServiceType = reader.CString(16),
            Source = Address.Read(ref reader),
            Destination = Address.Read(ref reader),
            EsmClass = reader.Octet(),
            ProtocolId = reader.Octet(),
            Priority = reader.Octet(),
            ScheduledAt = reader.CString(16),
            Validity = reader.CString(16),
            RegisteredDelivery = reader.Octet(),
            ReplaceIfPresent = reader.Octet(),
            DataCoding = reader.Octet(),
            DefaultMessageId = reader.Octet(),
            Content = reader.Octets(reader.Octet()),
            Tlvs = reader.Tlvs(),
        };
        return reader.Status;
    }
}

/// <summary>submit_sm_resp, deliver_sm_resp and data_sm_resp: a message id and optional parameters.</summary>
public readonly ref struct MessageResp : IPdu<MessageResp>
{
    private const int LongestId = 128;

    /// <summary>message_id, at most 64 octets; empty in deliver_sm_resp.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>Optional parameters (data_sm_resp).</summary>
    public Tlvs Tlvs { get; init; }

    /// <inheritdoc/>
    public int MaxLength => MessageId.Length + 1 + Tlvs.Octets.Length;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(MessageId);
        writer.Tlvs(Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out MessageResp pdu)
    {
        // An error response has no body (§4.4.2), and some peers leave the NUL away.
        var id = IdOf(body);
        var reader = new PduReader(body.IndexOf((byte)0) < 0 ? default : body[body.IndexOf((byte)0)..]);
        if (reader.Left > 0) reader.Octet();
        pdu = new MessageResp { MessageId = id, Tlvs = reader.Tlvs() };
        return id.IsEmpty && body.Length > LongestId && body[0] != 0 ? CommandStatus.InvalidParameterLength
            : reader.Status;
    }

    /// <summary>message_id alone, whatever follows it; empty when it is longer than 128 octets.</summary>
    internal static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)0);
        var id = end < 0 ? body : body[..end];
        return id.Length <= LongestId ? id : default;
    }
}
