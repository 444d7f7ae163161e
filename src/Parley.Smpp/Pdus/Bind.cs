namespace Parley.Smpp.Pdus;

/// <summary>bind_transmitter, bind_receiver, bind_transceiver (SMPP 3.4 §4.1).</summary>
public readonly ref struct Bind : IPdu<Bind>
{
    /// <summary>system_id, at most 15 octets (64 are read).</summary>
    public ReadOnlySpan<byte> SystemId { get; init; }

    /// <summary>password, at most 8 octets (64 are read: many peers use longer ones).</summary>
    public ReadOnlySpan<byte> Password { get; init; }

    /// <summary>system_type, at most 12 octets (64 are read).</summary>
    public ReadOnlySpan<byte> SystemType { get; init; }

    /// <summary>interface_version: 0x33, 0x34, 0x50.</summary>
    public byte InterfaceVersion { get; init; }

    /// <summary>addr_ton.</summary>
    public byte AddressTon { get; init; }

    /// <summary>addr_npi.</summary>
    public byte AddressNpi { get; init; }

    /// <summary>address_range, at most 40 octets.</summary>
    public ReadOnlySpan<byte> AddressRange { get; init; }

    /// <inheritdoc/>
    public int MaxLength => SystemId.Length + Password.Length + SystemType.Length + AddressRange.Length + 7;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(SystemId);
        writer.CString(Password);
        writer.CString(SystemType);
        writer.Octet(InterfaceVersion);
        writer.Octet(AddressTon);
        writer.Octet(AddressNpi);
        writer.CString(AddressRange);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out Bind pdu)
    {
        var reader = new PduReader(body);
        pdu = new Bind
        {
            SystemId = reader.CString(64),
            Password = reader.CString(64),
            SystemType = reader.CString(64),
            InterfaceVersion = reader.Octet(),
            AddressTon = reader.Octet(),
            AddressNpi = reader.Octet(),
            AddressRange = reader.CString(40),
        };
        return reader.Status;
    }
}

/// <summary>The response to a bind (SMPP 3.4 §4.1.2); its only optional parameter is sc_interface_version.</summary>
public readonly ref struct BindResp : IPdu<BindResp>
{
    /// <summary>system_id of the SMSC.</summary>
    public ReadOnlySpan<byte> SystemId { get; init; }

    /// <summary>Optional parameters.</summary>
    public Tlvs Tlvs { get; init; }

    /// <inheritdoc/>
    public int MaxLength => SystemId.Length + 1 + Tlvs.Octets.Length;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(SystemId);
        writer.Tlvs(Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out BindResp pdu)
    {
        // A refusing response may have no body at all.
        var reader = new PduReader(body.IsEmpty ? "\0"u8 : body);
        pdu = new BindResp { SystemId = reader.CString(64), Tlvs = reader.Tlvs() };
        return reader.Status;
    }
}
