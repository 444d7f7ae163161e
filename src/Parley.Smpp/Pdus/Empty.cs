namespace Parley.Smpp.Pdus;

/// <summary>A PDU of a header alone: unbind, enquire_link, generic_nack, and the responses to cancel_sm and replace_sm.</summary>
public readonly ref struct Empty : IPdu<Empty>
{
    /// <inheritdoc/>
    public int MaxLength => 0;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out Empty pdu)
    {
        pdu = default;
        return CommandStatus.Ok;
    }
}
