namespace Parley.Smpp.Pdus;

/// <summary>outbind (SMPP 3.4 §4.1.7): an SMSC asks the ESME that it connected to to bind as receiver.</summary>
public readonly ref struct Outbind : IPdu<Outbind>
{
    /// <summary>system_id of the SMSC.</summary>
    public ReadOnlySpan<byte> SystemId { get; init; }

    /// <summary>password.</summary>
    public ReadOnlySpan<byte> Password { get; init; }

    /// <inheritdoc/>
    public int MaxLength => SystemId.Length + Password.Length + 2;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(SystemId);
        writer.CString(Password);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out Outbind pdu)
    {
        var reader = new PduReader(body);
        pdu = new Outbind { SystemId = reader.CString(64), Password = reader.CString(64) };
        return reader.Status;
    }
}
