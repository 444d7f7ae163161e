namespace Parley.Smpp.Pdus;

/// <summary>alert_notification (SMPP 3.4 §4.12.1): a phone is reachable again. It has no response.</summary>
public readonly ref struct AlertNotification : IPdu<AlertNotification>
{
    /// <summary>The phone.</summary>
    public Address Source { get; init; }

    /// <summary>The ESME that asked.</summary>
    public Address Esme { get; init; }

    /// <summary>Optional parameters.</summary>
    public Tlvs Tlvs { get; init; }

    /// <inheritdoc/>
    public int MaxLength => Source.Digits.Length + Esme.Digits.Length + 6 + Tlvs.Octets.Length;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        Source.Write(ref writer);
        Esme.Write(ref writer);
        writer.Tlvs(Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out AlertNotification pdu)
    {
        var reader = new PduReader(body);
        pdu = new AlertNotification
        {
            Source = Address.Read(ref reader),
            Esme = Address.Read(ref reader),
            Tlvs = reader.Tlvs(),
        };
        return reader.Status;
    }
}
