namespace Parley.Smpp.Pdus;

/// <summary>
/// A PDU's body: a view over octets. Reading never throws; the status says what is wrong in the protocol's own words.
/// </summary>
/// <typeparam name="TSelf">The PDU itself.</typeparam>
public interface IPdu<TSelf>
    where TSelf : IPdu<TSelf>, allows ref struct
{
    /// <summary>An upper bound of the body's length in octets.</summary>
    int MaxLength { get; }

    /// <summary>Writes the body.</summary>
    void Write(ref PduWriter writer);

    /// <summary>Reads the body; <see cref="CommandStatus.Ok"/> or what is wrong with it.</summary>
    static abstract CommandStatus TryRead(ReadOnlySpan<byte> body, out TSelf pdu);
}
