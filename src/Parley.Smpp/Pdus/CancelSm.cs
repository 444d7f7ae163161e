namespace Parley.Smpp.Pdus;

/// <summary>cancel_sm (SMPP 3.4 §4.9.1); its response has no body.</summary>
public readonly ref struct CancelSm : IPdu<CancelSm>
{
    /// <summary>service_type.</summary>
    public ReadOnlySpan<byte> ServiceType { get; init; }

    /// <summary>message_id; empty cancels all between the two addresses.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>Source address as submitted.</summary>
    public Address Source { get; init; }

    /// <summary>Destination address as submitted.</summary>
    public Address Destination { get; init; }

    /// <inheritdoc/>
    public int MaxLength =>
        ServiceType.Length + MessageId.Length + Source.Digits.Length + Destination.Digits.Length + 8;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(ServiceType);
        writer.CString(MessageId);
        Source.Write(ref writer);
        Destination.Write(ref writer);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out CancelSm pdu)
    {
        var reader = new PduReader(body);
        pdu = new CancelSm
        {
            ServiceType = reader.CString(16),
            MessageId = reader.CString(128),
            Source = Address.Read(ref reader),
            Destination = Address.Read(ref reader),
        };
        return reader.Status;
    }
}
