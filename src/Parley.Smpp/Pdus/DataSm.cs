namespace Parley.Smpp.Pdus;

/// <summary>data_sm (SMPP 3.4 §4.7.1); the text stands in message_payload. Its response is <see cref="MessageResp"/>.</summary>
public readonly ref struct DataSm : IPdu<DataSm>
{
    /// <summary>service_type.</summary>
    public ReadOnlySpan<byte> ServiceType { get; init; }

    /// <summary>Where it comes from.</summary>
    public Address Source { get; init; }

    /// <summary>Where it goes.</summary>
    public Address Destination { get; init; }

    /// <summary>esm_class.</summary>
    public byte EsmClass { get; init; }

    /// <summary>registered_delivery.</summary>
    public byte RegisteredDelivery { get; init; }

    /// <summary>data_coding.</summary>
    public byte DataCoding { get; init; }

    /// <summary>Optional parameters.</summary>
    public Tlvs Tlvs { get; init; }

    /// <inheritdoc/>
    public int MaxLength =>
        ServiceType.Length + Source.Digits.Length + Destination.Digits.Length + Tlvs.Octets.Length + 10;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(ServiceType);
        Source.Write(ref writer);
        Destination.Write(ref writer);
        writer.Octet(EsmClass);
        writer.Octet(RegisteredDelivery);
        writer.Octet(DataCoding);
        writer.Tlvs(Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out DataSm pdu)
    {
        var reader = new PduReader(body);
        pdu = new DataSm
        {
            ServiceType = reader.CString(16),
            Source = Address.Read(ref reader),
            Destination = Address.Read(ref reader),
            EsmClass = reader.Octet(),
            RegisteredDelivery = reader.Octet(),
            DataCoding = reader.Octet(),
            Tlvs = reader.Tlvs(),
        };
        return reader.Status;
    }
}
